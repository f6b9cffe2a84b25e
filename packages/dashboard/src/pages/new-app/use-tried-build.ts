import { getBuild } from '@berth/contract'
import { useCall } from '#api/use-call.ts'

const askEveryMs = 2_000

/** Asked until it has ended and its deployment is known. */
export function useTriedBuild(app: string, buildId: string | undefined) {
  const input = { params: { app, buildId: buildId ?? '-' } }
  const { data, error } = useCall(getBuild, input, { enabled: buildId !== undefined, refetchIntervalMs: askEveryMs })
  return { build: data, error }
}
