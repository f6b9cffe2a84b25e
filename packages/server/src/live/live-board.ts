import { setTimeout as delay } from 'node:timers/promises'
import type { LiveEvent } from '@berth/contract'
import type { Logger } from 'pino'
import type { Changes } from '../changes.ts'
import type { FigureKeeper, FigureStep } from '../figures/figure-keeper.ts'
import { type SharedResult, sharedResult } from '../http/shared-result.ts'
import { type LivePicture, settle } from './live-picture.ts'
import { planLiveEvents } from './live-plan.ts'
import { figuresOf, isFor, type LiveScope, snapshotOf, visibleProjects } from './live-scope.ts'

export type SharedEvent = SharedResult<LiveEvent>

/** One picture for all streams: looked at once for each change, and told to each as far as it may see it. */
export interface LiveBoard {
  /** First a snapshot, then whatever changes, until the signal. */
  follow(scope: LiveScope, signal: AbortSignal): AsyncGenerator<SharedEvent>
  /** Streams that are open. */
  followers(): number
}

type Deps = {
  /** `focus`: apps that somebody looks at more closely. */
  readPicture(focus: ReadonlySet<string>): Promise<LivePicture>
  changes: Pick<Changes, 'wait'>
  figures: Pick<FigureKeeper, 'onStep'>
  log: Logger
  signal: AbortSignal
  times?: {
    /** How often to look without a notice, which reaches only the process that makes a change. */
    lookEveryMs: number
    /** At least so long between two looks. */
    gapMs: number
  }
}

/** Whoever is further behind than this is better served by a new snapshot, and costs no memory until then. */
const mostWaiting = 50
/** Looking takes at most this share of the time. */
const busyShare = 0.25

type Follower = { scope: LiveScope; waiting: SharedEvent[]; needsSnapshot: boolean; wake(): void }

export function liveBoard({ readPicture, changes, figures, log, signal: stop, times }: Deps): LiveBoard {
  const { lookEveryMs, gapMs } = times ?? { lookEveryMs: 1_000, gapMs: 50 }
  const followers = new Set<Follower>()
  /** Undefined while nobody follows. */
  let picture: LivePicture | undefined
  let snapshots = new Map<string, SharedEvent>()
  let areStatsDue = false
  let looking: Promise<void> | undefined
  let isWatching = false

  function look(): Promise<void> {
    looking ??= lookOnce().finally(() => {
      looking = undefined
    })
    return looking
  }

  async function lookOnce() {
    const focus = new Set([...followers].flatMap(({ scope: { app } }) => app ?? []))
    const seen = await readPicture(focus)
    if (followers.size === 0) return
    const before = picture
    picture = before ? settle(before, seen, areStatsDue) : seen
    areStatsDue = false
    snapshots = new Map()
    if (!before) {
      for (const { wake } of followers) wake()
      return
    }
    for (const { event, audience } of planLiveEvents(before, picture)) {
      const shared = sharedResult(event)
      for (const follower of followers) if (isFor(follower.scope, audience)) give(follower, shared)
    }
  }

  function give(follower: Follower, event: SharedEvent) {
    if (follower.needsSnapshot) return
    follower.waiting.push(event)
    if (follower.waiting.length > mostWaiting) {
      follower.waiting = []
      follower.needsSnapshot = true
    }
    follower.wake()
  }

  function take(follower: Follower): SharedEvent | undefined {
    if (!follower.needsSnapshot || !picture) return follower.waiting.shift()
    follower.needsSnapshot = false
    return snapshotFor(follower.scope, picture)
  }

  function snapshotFor(scope: LiveScope, shown: LivePicture): SharedEvent {
    const projects = visibleProjects(shown, scope)
    const { app } = scope
    // Where there are none, all see the same.
    const isAdmin = scope.caller.isAdmin && shown.relocations.length > 0
    const key = [isAdmin, app, ...projects].join(' ')
    const snapshot = snapshots.get(key) ?? sharedResult(snapshotOf(shown, { projects, app, isAdmin }))
    snapshots.set(key, snapshot)
    return snapshot
  }

  function tellFigures(step: FigureStep) {
    areStatsDue = true
    if (!picture) return
    const byProjects = new Map<string, SharedEvent>()
    for (const follower of followers) {
      const projects = visibleProjects(picture, follower.scope)
      const key = [...projects].join(' ')
      const event = byProjects.get(key) ?? sharedResult(figuresOf(picture, step, projects))
      byProjects.set(key, event)
      give(follower, event)
    }
  }

  /** Looks until nobody follows any more. */
  async function watch() {
    isWatching = true
    const stopTelling = figures.onStep(tellFigures)
    while (followers.size > 0 && !stop.aborted) {
      // Listening starts before looking, so that a change in between is not missed.
      const changed = changes.wait(lookEveryMs, stop).catch(() => undefined)
      const startedAtMs = performance.now()
      await look().catch((error: unknown) => log.error({ err: error }, 'live_look_failed'))
      const tookMs = performance.now() - startedAtMs
      const restMs = Math.max(gapMs, tookMs / busyShare - tookMs)
      await delay(restMs, undefined, { signal: stop }).catch(() => undefined)
      await changed
    }
    stopTelling()
    isWatching = false
  }

  /** Sees to it that there is a picture, and that it shows the app more closely. */
  async function lookFor(app: string | undefined): Promise<void> {
    const isShown = () => picture && (app === undefined || !picture.apps.has(app) || picture.focus.has(app))
    // Twice, since the look that is under way may have begun without this app.
    for (let looks = 0; looks < 2 && !isShown(); looks++) await look()
  }

  async function* follow(scope: LiveScope, signal: AbortSignal): AsyncGenerator<SharedEvent> {
    const follower: Follower = { scope, waiting: [], needsSnapshot: true, wake: () => undefined }
    const onAbort = () => follower.wake()
    signal.addEventListener('abort', onAbort, { once: true })
    followers.add(follower)
    try {
      if (!isWatching) void watch()
      await lookFor(scope.app)
      for (;;) {
        signal.throwIfAborted()
        const event = take(follower)
        if (event) yield event
        else await new Promise<void>((wake) => Object.assign(follower, { wake }))
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      followers.delete(follower)
      if (followers.size === 0) picture = undefined
    }
  }

  return { follow, followers: () => followers.size }
}
