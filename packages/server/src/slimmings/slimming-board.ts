import { PlatformError, type Slimming, type SlimReport } from '@berth/contract'
import { createChanges } from '../changes.ts'
import { watchRow } from '../watch-row.ts'

type Deps = {
  newId(): string
  now(): number
  /** How long one goes on that nobody follows: long enough to load a page anew. */
  unfollowedMs?: number
}

export type NewSlimming = Pick<
  Slimming,
  'app' | 'service' | 'releaseVersion' | 'image' | 'isAggressive' | 'machine' | 'requestedBy'
>
/** Of an app of that name that was created at that time, since names are given again. */
export type SlimmedApp = { name: string; createdAtMs: number }
export type SlimWork = (tell: (text: string) => void, signal: AbortSignal) => Promise<SlimReport>
export type SlimmingBoard = ReturnType<typeof slimmingBoard>

type Entry = {
  row: Slimming
  appCreatedAtMs: number
  stop: AbortController
  followers: number
  /** Runs while nobody follows it. */
  timer: NodeJS.Timeout | undefined
}

const keptOfApp = 5

/**
 * What is made smaller now, and what came of the last ones. In memory: nothing depends on it but those who look, and what
 * was under way when a server ends is ended by its machine.
 */
export function slimmingBoard({ newId, now, unfollowedMs = 15_000 }: Deps) {
  const entries = new Map<string, Entry>()
  const changes = createChanges()
  const ofApp = ({ name, createdAtMs }: SlimmedApp) =>
    [...entries.values()].filter(({ row, appCreatedAtMs }) => row.app === name && appCreatedAtMs === createdAtMs)

  function update(entry: Entry, change: Partial<Slimming>) {
    if (entry.row.state !== 'running') return
    entry.row = { ...entry.row, ...change }
    if (entry.row.state !== 'running') clearTimeout(entry.timer)
    changes.notify()
  }
  const end = (entry: Entry, state: Slimming['state'], more: Partial<Slimming>) =>
    update(entry, { ...more, state, detail: null, finishedAt: new Date(now()).toISOString() })

  function cancelEntry(entry: Entry, why: string) {
    end(entry, 'cancelled', { failure: { code: 'conflict', message: why, hint: null } })
    entry.stop.abort(new Error(why))
  }
  function waitForFollower(entry: Entry) {
    if (entry.row.state !== 'running') return
    entry.timer = setTimeout(() => cancelEntry(entry, 'Cancelled, as nobody followed it any more'), unfollowedMs)
    entry.timer.unref()
  }

  function start(app: SlimmedApp, slimming: NewSlimming, work: SlimWork): Slimming {
    const before = ofApp(app)
    const running = before.find(({ row }) => row.state === 'running')
    if (running) throw inProgress(running.row)
    for (const { row } of before.slice(0, Math.max(before.length - keptOfApp + 1, 0))) entries.delete(row.id)
    const times = { createdAt: new Date(now()).toISOString(), finishedAt: null }
    const row: Slimming = {
      ...{ id: newId(), ...slimming, state: 'running', detail: null, report: null, failure: null, ...times },
    }
    const stop = new AbortController()
    const entry: Entry = { row, appCreatedAtMs: app.createdAtMs, stop, followers: 0, timer: undefined }
    entries.set(row.id, entry)
    waitForFollower(entry)
    work((detail) => update(entry, { detail }), stop.signal).then(
      (report) => end(entry, 'succeeded', { report }),
      (error) => end(entry, 'failed', { failure: failureOf(error) }),
    )
    return row
  }

  function getEntry(app: SlimmedApp, id: string): Entry {
    const entry = ofApp(app).find(({ row }) => row.id === id)
    if (entry) return entry
    throw new PlatformError('slimming_not_found', `App ${app.name} has no slimming ${id}`, {
      hint: 'A server that starts anew knows of none: berth image slim begins another',
    })
  }

  async function* follow(entry: Entry, signal: AbortSignal): AsyncGenerator<Slimming> {
    clearTimeout(entry.timer)
    entry.followers += 1
    try {
      yield* watchRow({ read: async () => entry.row, hasEnded: ({ state }) => state !== 'running', changes }, signal)
    } finally {
      entry.followers -= 1
      if (entry.followers === 0) waitForFollower(entry)
    }
  }

  return {
    start,
    /** Newest first. */
    list: (app: SlimmedApp): Slimming[] =>
      ofApp(app)
        .map(({ row }) => row)
        .reverse(),
    /** Throws `slimming_not_found` before anything is read. */
    follow: (app: SlimmedApp, id: string, signal: AbortSignal) => follow(getEntry(app, id), signal),
    cancel(app: SlimmedApp, id: string, by: string): Slimming {
      const entry = getEntry(app, id)
      if (entry.row.state !== 'running') throw alreadyOver(entry.row)
      cancelEntry(entry, `Cancelled by ${by}`)
      return entry.row
    },
  }
}

function failureOf(error: unknown): NonNullable<Slimming['failure']> {
  if (!(error instanceof PlatformError)) {
    return { code: 'internal', message: 'Something in Berth failed', hint: 'Its log says more' }
  }
  return { code: error.code, message: error.message, hint: error.hint ?? null }
}

const inProgress = ({ app, requestedBy, machine }: Slimming) =>
  new PlatformError(
    'conflict',
    `The image of ${app} is being made smaller already: ${requestedBy} began it on ${machine}`,
    {
      hint: 'Wait for its end, or cancel it',
    },
  )

const alreadyOver = ({ state }: Slimming) =>
  new PlatformError('slimming_finished', `It has ${state} already, so there is nothing to cancel`)
