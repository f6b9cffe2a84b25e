import { type Client, followLogs, PlatformError } from '@berth/contract'
import { waitBeforeTryMs } from '#live/live-status.ts'
import { createLogResume } from './log-resume.ts'
import type { LogRing } from './log-ring.ts'

export type FeedState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** The connection broke and is tried again. */
  | { kind: 'broken'; error: unknown }
  /** Trying again would change nothing. */
  | { kind: 'over'; error: unknown }
  /** All was read, and no more will be written. */
  | { kind: 'ended' }

export type LogFeed = ReturnType<typeof createLogFeed>

type Deps = {
  client: Pick<Client, 'stream'>
  app: string
  ring: LogRing
  /** Lines were added or the state is another one. */
  onChange(): void
  now?: () => number
  random?: () => number
}

/** Lines to begin with. */
const firstTail = 1_000
/** Asked for again after a break, to find the lines that were written meanwhile. */
const overlapTail = 5_000
/** A log may have nothing to say; without an error until then, it is connected. */
const silentAfterMs = 2_000
/** While the reader pauses, this many lines wait here; the rest waits at the server. */
const mostWaiting = 5_000

/** Follows the log of an app for good: connects again when it breaks, and says so in the log without repeating lines. */
export function createLogFeed({ client, app, ring, onChange, now = Date.now, random = Math.random }: Deps) {
  const resume = createLogResume()
  let state: FeedState = { kind: 'connecting' }
  let life: AbortController | undefined
  let link: AbortController | undefined
  let brokeAtMs: number | undefined
  let failures = 0
  let endLoop: (() => void) | undefined
  let goOn: (() => void) | undefined
  let pausedAt: number | undefined

  function become(next: FeedState) {
    if (next.kind === state.kind && next.kind !== 'over') return
    state = next
    onChange()
  }

  async function follow({ signal }: AbortController) {
    while (!signal.aborted) {
      link = new AbortController()
      const quiet = setTimeout(() => arrived(), silentAfterMs)
      let error: unknown
      try {
        await readAll(AbortSignal.any([signal, link.signal]))
      } catch (thrown) {
        error = thrown
      }
      clearTimeout(quiet)
      if (signal.aborted) return
      if (isFinal(error)) return become({ kind: 'over', error })
      brokeAtMs ??= now()
      become({ kind: 'broken', error })
      await pause(waitBeforeTryMs(++failures, random()), signal)
    }
  }

  async function readAll(signal: AbortSignal) {
    resume.connect()
    const tail = brokeAtMs === undefined ? firstTail : overlapTail
    const lines = client.stream(followLogs, { params: { app }, query: { follow: 'true', tail } }, { signal })
    for await (const line of lines) {
      arrived()
      if (!resume.isNew(line)) continue
      ring.add(line)
      onChange()
      while (pausedAt !== undefined && ring.endNumber() - pausedAt >= mostWaiting && !signal.aborted) {
        await new Promise<void>((resolve) => {
          goOn = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
    }
  }

  function arrived() {
    if (state.kind === 'live') return
    if (brokeAtMs !== undefined) ring.add(remark(now(), `Connected again after ${describeGap(now() - brokeAtMs)}`))
    brokeAtMs = undefined
    failures = 0
    become({ kind: 'live' })
  }

  function pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(end, ms)
      endLoop = end
      signal.addEventListener('abort', end, { once: true })
    })
  }

  return {
    getState: (): FeedState => state,

    start() {
      if (life) return
      life = new AbortController()
      state = { kind: 'connecting' }
      void follow(life)
    },

    stop() {
      life?.abort()
      life = undefined
    },

    /** Tries at once; a connection that seems to be there is made anew. */
    reconnect() {
      if (state.kind === 'over' && life) {
        state = { kind: 'connecting' }
        onChange()
        void follow(life)
      } else if (state.kind === 'live') link?.abort(new PlatformError('engine_unavailable', 'The connection was lost'))
      endLoop?.()
    },

    /** Takes in only as many more lines as fit beside what is being read. */
    setPaused(isPaused: boolean) {
      pausedAt = isPaused ? (pausedAt ?? ring.endNumber()) : undefined
      if (!isPaused) goOn?.()
    },
  }
}

const finalCodes = ['app_not_found', 'forbidden', 'unauthenticated', 'invalid_request', 'password_change_required']
const isFinal = (error: unknown) => error instanceof PlatformError && finalCodes.includes(error.code)

const describeGap = (ms: number) => (ms < 1_000 ? 'a moment' : `${Math.round(ms / 1_000)} s`)

const remark = (atMs: number, text: string) =>
  ({
    instanceId: '',
    service: '',
    machine: '',
    stream: 'page',
    at: new Date(atMs).toISOString(),
    text,
  }) as const
