import { type Client, followLive, type LiveEvent, listFigures } from '@berth/contract'
import {
  addFigures,
  createRing,
  type FigureRing,
  mostPoints,
  readRing,
  refillRing,
  type Series,
} from './figure-ring.ts'
import { followStream } from './follow-stream.ts'
import { applyLiveEvent, figuresOf, type LiveState, nothingKnown } from './live-state.ts'
import { beatMs, type Heard, type LiveStatus, statusOf } from './live-status.ts'

export type { Series } from './figure-ring.ts'
export type { LiveState } from './live-state.ts'
export type { LiveStatus } from './live-status.ts'

type Deps = {
  client: Pick<Client, 'call' | 'stream'>
  now?: () => number
  /** Told of every failure, so that the end of the session is noticed. */
  onError?: (error: unknown) => void
  /** After a gap: what is not part of the stream must be asked again. */
  onCaughtUp?: () => void
}

export type LiveStore = ReturnType<typeof createLiveStore>

/** Enough for the sparkline of a list; the app that is looked at gets all. */
const listPoints = 60
/** Events come in bursts; what shows them is told once for each. */
const tellAfterMs = 16

/** Keeps the state of everything that the caller may see, over one stream for the whole page. */
export function createLiveStore({ client, now = Date.now, onError, onCaughtUp }: Deps) {
  let state: LiveState = nothingKnown
  let stepMs = beatMs
  const rings = new Map<string, FigureRing>()
  const read = new Map<string, { version: number; series: Series }>()
  const listeners = new Set<() => void>()
  const focuses: string[] = []

  const heard: Heard = { startedAtMs: now(), lastHeardAtMs: undefined, liveSinceMs: undefined }
  let status: LiveStatus = statusOf(heard, now())
  let telling: ReturnType<typeof setTimeout> | undefined
  let clock: ReturnType<typeof setInterval> | undefined
  let stop: AbortController | undefined

  const stream = followStream({
    open: (app, signal) => client.stream(followLive, { query: app ? { app } : {} }, { signal }),
    onEvent: receive,
    onBreak(error) {
      heard.liveSinceMs = undefined
      if (error) onError?.(error)
      look()
    },
    isSilent: () => status.state === 'stale',
  })

  function receive(event: LiveEvent, app: string | undefined) {
    const wasKnown = state.apps !== undefined
    const isAfterGap = heard.liveSinceMs === undefined
    heard.lastHeardAtMs = now()
    heard.liveSinceMs ??= now()
    state = applyLiveEvent(state, event, app)
    if (event.kind === 'snapshot') {
      const known = new Set(event.apps.map(({ name }) => name))
      for (const name of rings.keys()) if (!known.has(name)) forget(name)
      if (isAfterGap) void recall(undefined)
      if (app !== undefined) void recall(app)
      if (isAfterGap && wasKnown) onCaughtUp?.()
    }
    if (event.kind === 'figures') measure(event)
    if (event.kind === 'app_removed') forget(event.name)
    look()
    tell()
  }

  function measure({ at, apps }: LiveEvent & { kind: 'figures' }) {
    const atMs = Date.parse(at)
    for (const { name } of state.apps ?? []) addFigures(ringOf(name), figuresOf(apps, name), { atMs, stepMs })
  }

  /** Brings the points from before the stream began: of all apps some, of one app all. */
  async function recall(app: string | undefined) {
    const query = app ? { app, steps: mostPoints } : { steps: listPoints }
    try {
      const answer = await client.call(listFigures, { query }, stop ? { signal: stop.signal } : {})
      stepMs = answer.stepMs
      const endAtMs = Date.parse(answer.endAt)
      const known = new Set(state.apps?.map(({ name }) => name))
      for (const series of answer.apps) {
        if (known.has(series.app)) refillRing(ringOf(series.app), series, { endAtMs, stepMs })
      }
      tell()
    } catch (error) {
      // The points that come with the stream fill the line from now on.
      if (!stop?.signal.aborted) onError?.(error)
    }
  }

  function ringOf(name: string): FigureRing {
    let ring = rings.get(name)
    if (!ring) {
      ring = createRing()
      rings.set(name, ring)
    }
    return ring
  }

  function forget(name: string) {
    rings.delete(name)
    read.delete(name)
  }

  function tell() {
    if (telling !== undefined) return
    telling = setTimeout(() => {
      telling = undefined
      for (const listener of listeners) listener()
    }, tellAfterMs)
  }

  function look() {
    const next = statusOf(heard, now())
    if (next.state === status.state && next.sinceMs === status.sinceMs) return
    status = next
    tell()
  }

  /** The newest point of view wins: the page that was opened last. */
  const refocus = () => stream.setApp(focuses.at(-1))

  return {
    getState: () => state,
    getStatus: () => status,

    /** The same object until a point is added. */
    getSeries(name: string): Series | undefined {
      const ring = rings.get(name)
      if (!ring || ring.length === 0) return undefined
      const known = read.get(name)
      if (known?.version === ring.version) return known.series
      const series = readRing(ring, stepMs)
      read.set(name, { version: ring.version, series })
      return series
    },

    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },

    /** Follows an app more closely until the returned function is called. */
    focus(app: string) {
      focuses.push(app)
      refocus()
      return () => {
        focuses.splice(focuses.lastIndexOf(app), 1)
        // The next page may want the same app: the stream stays as it is until then.
        setTimeout(refocus, 0)
      }
    },

    start() {
      if (stop) return
      stop = new AbortController()
      clock = setInterval(look, 1_000)
      stream.start()
    },

    stop() {
      stop?.abort()
      stop = undefined
      stream.stop()
      clearInterval(clock)
      heard.liveSinceMs = undefined
      look()
    },

    /** Tries at once, as when the network is back. */
    wake: () => stream.wake(),

    /** For another person: nothing of what the one before saw is left. */
    clear() {
      state = nothingKnown
      rings.clear()
      read.clear()
      heard.lastHeardAtMs = undefined
      heard.startedAtMs = now()
      look()
      tell()
    },
  }
}
