import { type LiveEvent, PlatformError } from '@berth/contract'
import { waitBeforeTryMs } from './live-status.ts'

type Deps = {
  open(app: string | undefined, signal: AbortSignal): AsyncIterable<LiveEvent>
  onEvent(event: LiveEvent, app: string | undefined): void
  /** No stream delivers any more; with what ended it, where that was an error. */
  onBreak(error: unknown): void
  /** Whether nothing was heard for so long that the connection is taken for dead. */
  isSilent(): boolean
  random?: () => number
}

type Link = { app: string | undefined; end: AbortController; openedAtMs: number; deliversSinceMs?: number }

const watchMs = 1_000
/** A snapshot may be long and a network slow, but not that slow. */
const mostJoiningMs = 20_000
/** A stream that broke sooner counts as a failed try. */
const provenAfterMs = 10_000

/**
 * Follows the stream for good and connects again when it breaks, ever more slowly. Another app is followed by connecting
 * anew before the former connection is left, so that nothing on the page goes dark meanwhile.
 */
export function followStream({ open, onEvent, onBreak, isSilent, random = Math.random }: Deps) {
  let wantedApp: string | undefined
  let serving: Link | undefined
  let joining: Link | undefined
  let failures = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let watch: ReturnType<typeof setInterval> | undefined

  function connect() {
    clearTimeout(retry)
    retry = undefined
    joining?.end.abort()
    const link: Link = { app: wantedApp, end: new AbortController(), openedAtMs: Date.now() }
    joining = link
    void consume(link)
  }

  async function consume(link: Link) {
    let error: unknown
    try {
      for await (const event of open(link.app, link.end.signal)) {
        if (link.end.signal.aborted) return
        if (link === joining && event.kind === 'snapshot') takeOver(link)
        if (link === serving) onEvent(event, link.app)
      }
    } catch (thrown) {
      error = thrown
    }
    if (!link.end.signal.aborted) ended(link, error)
  }

  function takeOver(link: Link) {
    serving?.end.abort()
    serving = link
    joining = undefined
    link.deliversSinceMs = Date.now()
  }

  function ended(link: Link, error: unknown) {
    link.end.abort()
    if (link === joining) joining = undefined
    if (link === serving) serving = undefined
    if (isGone(error) && link.app !== undefined && link.app === wantedApp) {
      // Its page says so; everything else is still to be followed.
      wantedApp = undefined
      if (!serving) connect()
      return
    }
    if (!serving) onBreak(error)
    tryLater(link)
  }

  function tryLater({ deliversSinceMs = Date.now() }: Link) {
    failures = Date.now() - deliversSinceMs >= provenAfterMs ? 1 : failures + 1
    clearTimeout(retry)
    retry = setTimeout(connect, waitBeforeTryMs(failures, random()))
  }

  function look() {
    if (joining && Date.now() - joining.openedAtMs > mostJoiningMs) ended(joining, undefined)
    if (serving && isSilent()) ended(serving, undefined)
  }

  return {
    start() {
      watch ??= setInterval(look, watchMs)
      failures = 0
      connect()
    },

    stop() {
      clearInterval(watch)
      clearTimeout(retry)
      watch = undefined
      retry = undefined
      serving?.end.abort()
      joining?.end.abort()
      serving = undefined
      joining = undefined
    },

    /** Does not wait for the next try. */
    wake() {
      if (retry === undefined) return
      failures = 0
      connect()
    },

    setApp(app: string | undefined) {
      if (app === wantedApp) return
      wantedApp = app
      if (watch !== undefined) connect()
    },
  }
}

const isGone = (error: unknown) => error instanceof PlatformError && error.code === 'app_not_found'
