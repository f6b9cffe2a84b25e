import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'

/** How each machine reaches the cluster's own registry. */
export const clusterRegistry = '127.0.0.1:5000'

type Options = {
  patienceMs?: number
  pauseMs?: number
  signal?: AbortSignal | undefined
  onProgress?: ((progress: string) => void) | undefined
}

/** After a start of the machine its engine answers before the registry and the edge in front of it are up again. */
export async function waitForRegistry<Result>(attempt: () => Promise<Result>, options: Options): Promise<Result> {
  const { patienceMs = 60_000, pauseMs = 1_000, signal, onProgress } = options
  const endMs = performance.now() + patienceMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isUnreachable(error) || performance.now() > endMs) throw error
      onProgress?.('waiting for the cluster’s registry')
      await delay(pauseMs, undefined, signal ? { signal } : {})
    }
  }
}

const isUnreachable = (error: unknown) => error instanceof PlatformError && error.code === 'registry_unreachable'
