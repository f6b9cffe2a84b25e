import { type Build, followBuild, PlatformError } from '@berth/contract'
import { useEffect, useState } from 'react'
import { client } from '#api/client.ts'
import { noticeError } from '#api/session.ts'
import { waitBeforeTryMs } from '#live/live-status.ts'

type Followed = { build: Build | undefined; error: unknown }

const nothing: Followed = { build: undefined, error: undefined }

/** A build as it goes, to its end; the connection is made again whenever it breaks. */
export function useBuild(app: string, buildId: string) {
  const [followed, setFollowed] = useState(nothing)
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt follows it anew.
  useEffect(() => {
    const left = new AbortController()
    setFollowed(nothing)
    keepFollowing({ app, buildId }, (build) => setFollowed({ build, error: undefined }), left.signal).catch((error) => {
      if (left.signal.aborted) return
      noticeError(error)
      setFollowed((before) => ({ ...before, error }))
    })
    return () => left.abort()
  }, [app, buildId, attempt])
  return { ...followed, retry: () => setAttempt((count) => count + 1) }
}

async function keepFollowing(
  params: { app: string; buildId: string },
  tell: (build: Build) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; ; ) {
    try {
      for await (const build of client.stream(followBuild, { params }, { signal })) {
        failures = 0
        tell(build)
      }
      return
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error
      await wait(waitBeforeTryMs(++failures, Math.random()), signal)
    }
  }
}

/** Whether the same question may be answered in a moment. */
export const isPassing = (error: unknown) =>
  error instanceof PlatformError && ['engine_unavailable', 'server_standby'].includes(error.code)

/** Also over at once when nobody wants to know any more. */
export const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
