import { type Client, followBuildLog } from '@berth/contract'
import { waitBeforeTryMs } from '#live/live-status.ts'
import type { FeedState, LogFeed } from '../logs/log-feed.ts'
import type { LogRing } from '../logs/log-ring.ts'
import { isPassing, wait } from './use-build.ts'

type Deps = {
  client: Pick<Client, 'stream'>
  app: string
  buildId: string
  ring: Pick<LogRing, 'add'>
  onChange(): void
  random?: () => number
}

/** A log may have nothing to say; without an error until then, it is connected. */
const silentAfterMs = 2_000

/** Follows the log of a build to its end. After a break it goes on where it was. */
export function createBuildLogFeed({ client, app, buildId, ring, onChange, random = Math.random }: Deps): LogFeed {
  let state: FeedState = { kind: 'connecting' }
  let life: AbortController | undefined
  let read = 0

  function become(next: FeedState) {
    if (next.kind === state.kind && next.kind !== 'over') return
    state = next
    onChange()
  }

  async function follow({ signal }: AbortController) {
    for (let failures = 0; !signal.aborted; ) {
      const quiet = setTimeout(() => become({ kind: 'live' }), silentAfterMs)
      try {
        await readOn(signal)
        return become({ kind: 'ended' })
      } catch (error) {
        if (signal.aborted) return
        if (!isPassing(error)) return become({ kind: 'over', error })
        become({ kind: 'broken', error })
      } finally {
        clearTimeout(quiet)
      }
      await wait(waitBeforeTryMs(++failures, random()), signal)
    }
  }

  async function readOn(signal: AbortSignal) {
    const query = { follow: 'true', skip: read }
    for await (const { at, text } of client.stream(followBuildLog, { params: { app, buildId }, query }, { signal })) {
      read++
      ring.add({ ...{ instanceId: '', service: '', machine: '', stream: 'stdout' }, at, text })
      become({ kind: 'live' })
      onChange()
    }
  }

  function start() {
    if (life || state.kind === 'ended') return
    life = new AbortController()
    state = { kind: 'connecting' }
    void follow(life)
  }

  function stop() {
    life?.abort()
    life = undefined
  }

  return {
    getState: () => state,
    start,
    stop,
    reconnect() {
      if (state.kind === 'ended') return
      stop()
      start()
      onChange()
    },
    // What waits is kept by the server, and a build's log is short.
    setPaused: () => undefined,
  }
}
