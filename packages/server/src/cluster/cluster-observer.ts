import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterState, Engine } from '@berth/engine'
import type { Logger } from 'pino'

/** The newest picture of the cluster, kept fresh by looking every so often. */
export interface ClusterObserver {
  /** Undefined until the first look succeeds. */
  current(): ClusterState | undefined
  /** The same, unless it is older than this: then nothing should be concluded from it. */
  currentWithin(mostMs: number): ClusterState | undefined
  /** Milliseconds since the last look that succeeded. */
  ageMs(): number
  /** Looks now; throws `engine_unavailable` when nobody answers. */
  refresh(signal: AbortSignal): Promise<ClusterState>
  /** Looks now, and leaves it at that when nobody answers. */
  look(signal: AbortSignal): Promise<void>
  /** What is good enough to answer a person: at most half a second old, or else the newest that could be had. */
  recent(signal: AbortSignal): Promise<ClusterState | undefined>
  /** Something happened just now, so that a look is worth it. */
  nudge(): void
  /** Looks until the signal ends it. */
  run(signal: AbortSignal): Promise<void>
}

type Deps = {
  engine: Engine
  /** Whether something is under way that is waited for. */
  isBusy(): boolean
  onChange(): void
  now(): number
  log: Logger
  /** How long to wait between two looks while something happens, and while nothing does. */
  times?: { busyMs: number; idleMs: number }
}

/** An instance that ended is seen by its machine before the cluster has heard of it, so one look may be too early. */
const looksAfterNudge = 3
const nudgedMs = 100

const recentMs = 500
/** One change seldom comes alone: instances start, register and stop within seconds of each other. */
const restlessMs = 5_000

export function clusterObserver({ engine, isBusy, onChange, now, log, times }: Deps): ClusterObserver {
  const { busyMs, idleMs } = times ?? { busyMs: 300, idleMs: 2_000 }
  let state: ClusterState | undefined
  let text = ''
  let observedAtMs = Number.NEGATIVE_INFINITY
  let changedAtMs = Number.NEGATIVE_INFINITY
  let isAnswering = true
  let looksBegun = 0
  let newestLook = 0
  let nudgedAtMs = Number.NEGATIVE_INFINITY
  let quickLooks = 0
  let wake = () => {}
  let looking: Promise<void> | undefined

  const ageMs = () => now() - observedAtMs
  const currentWithin = (mostMs: number) => (ageMs() <= mostMs ? state : undefined)

  async function refresh(signal: AbortSignal) {
    const thisLook = ++looksBegun
    const seen = await engine.observe(signal)
    // Overtaken by a look that began later and has the newer picture.
    if (thisLook < newestLook && state) return state
    newestLook = thisLook
    const seenText = JSON.stringify(seen)
    observedAtMs = now()
    // The same object for as long as it says the same, so that what was worked out from it need not be again.
    if (seenText === text && state) return state
    state = seen
    text = seenText
    changedAtMs = observedAtMs
    onChange()
    return seen
  }

  async function look(signal: AbortSignal) {
    try {
      await refresh(signal)
      if (!isAnswering) log.info('engine_answers_again')
      isAnswering = true
    } catch (error) {
      signal.throwIfAborted()
      if (isAnswering) log.warn({ err: error }, 'engine_does_not_answer')
      isAnswering = false
    }
  }

  async function recent(signal: AbortSignal) {
    if (ageMs() <= recentMs) return state
    // Shared, so that a hundred open pages cost one look.
    looking ??= look(AbortSignal.timeout(recentMs))
      .catch(() => undefined) // The newest that there is will do, and the loop tells of an engine that is away.
      .finally(() => {
        looking = undefined
      })
    await looking
    signal.throwIfAborted()
    return state
  }

  async function run(signal: AbortSignal) {
    while (!signal.aborted) {
      await look(signal)
      await pause(signal)
    }
  }

  async function pause(signal: AbortSignal) {
    if (quickLooks > 0) {
      quickLooks -= 1
      // Not to be woken: however often it is nudged, there is a pause between two looks.
      return delay(nudgedMs, undefined, { signal })
    }
    const isRestless = isBusy() || now() - Math.max(changedAtMs, nudgedAtMs) < restlessMs
    const woken = new AbortController()
    wake = () => woken.abort()
    const enough = AbortSignal.any([signal, woken.signal])
    await delay(isRestless ? busyMs : idleMs, undefined, { signal: enough }).catch(() => undefined)
    signal.throwIfAborted()
  }

  function nudge() {
    quickLooks = looksAfterNudge
    // On a machine with much to do, the cluster may hear of it only a second later.
    nudgedAtMs = now()
    wake()
  }

  return { current: () => state, currentWithin, ageMs, refresh, look, recent, nudge, run }
}
