import type { AppStats, InstanceSeries, MachineSeries, OverviewSeries, StatsRange } from '@berth/contract'
import type { ChunkShelf } from './chunk-shelf.ts'
import { type LiveRings, secondMs, secondsKept } from './live-rings.ts'
import { type ColumnName, columnsOf } from './measures.ts'
import { type FindObservedUse, observedUseOf } from './observed-use.ts'
import { coarse, fine, type Retention } from './retention.ts'
import { type Chunk, chunkKey, type SampleStore } from './sample-store.ts'
import { fold, merge, type SampleTable, type Steps, toSeries, trim } from './sample-table.ts'
import { appSubject, keyOf, machineSubject, overviewSubject, type Subject } from './subject.ts'

export interface StatsReader {
  machine(name: string, range: StatsRange): Promise<MachineSeries>
  app(name: string, range: StatsRange): Promise<AppStats>
  overview(range: StatsRange): Promise<OverviewSeries>
  observedUse: FindObservedUse
}

type Deps = { rings: LiveRings; shelf: ChunkShelf; store: SampleStore; now(): number }

/** What a range is read from, and the steps that it is shown in. */
type Shown = { retention: Retention | 'live'; stepMs: number; points: number }

const shownOf: Readonly<Record<StatsRange, Shown>> = {
  live: { retention: 'live', stepMs: secondMs, points: secondsKept },
  '1h': { retention: fine, stepMs: 15_000, points: 240 },
  '24h': { retention: fine, stepMs: 60_000, points: 1_440 },
  '7d': { retention: coarse, stepMs: 600_000, points: 1_008 },
  '30d': { retention: coarse, stepMs: 1_800_000, points: 1_440 },
}

const instancesShown = 100
/** Of all instances together: the more there are, the longer are their steps. */
const instancePoints = 12_000
const fewestPoints = 60

export function statsReader({ rings, shelf, store, now }: Deps): StatsReader {
  /** Ends with the newest second, or with the step that is not over yet. */
  function stepsOf({ retention, stepMs, points }: Shown): Steps {
    const endMs = retention === 'live' ? rings.newestMs() + secondMs : Math.ceil(now() / stepMs) * stepMs
    return { startMs: (Number.isFinite(endMs) ? endMs : now()) - points * stepMs, stepMs, points }
  }

  async function read(subject: Subject, range: StatsRange): Promise<SampleTable> {
    const { retention } = shownOf[range]
    const steps = stepsOf(shownOf[range])
    return fold(await tablesOf(subject, retention, steps.startMs), steps, columnsOf(subject.kind))
  }

  async function tablesOf(subject: Subject, retention: Retention | 'live', sinceMs: number): Promise<SampleTable[]> {
    if (retention === 'live') return [rings.read(subject, sinceMs, secondsKept)].flatMap((table) => table ?? [])
    const stored = await store.list([subject], { retention, sinceMs })
    return withShelved(stored, retention, (other) => keyOf(other) === keyOf(subject)).map(({ table }) => table)
  }

  /** What is written and what is not yet, each once. */
  function withShelved(stored: readonly Chunk[], { stepMs }: Retention, isAsked: (subject: Subject) => boolean) {
    const chunks = new Map(stored.map((chunk) => [chunkKey(chunk), chunk]))
    for (const chunk of shelf.all()) {
      if (chunk.table.stepMs !== stepMs || !isAsked(chunk.subject)) continue
      const before = chunks.get(chunkKey(chunk))
      chunks.set(chunkKey(chunk), before ? { ...chunk, table: merge(before.table, chunk.table) } : chunk)
    }
    return [...chunks.values()]
  }

  async function instanceChunks(app: string, retention: Retention | 'live', sinceMs: number, service?: string) {
    const isAsked = (subject: Subject) =>
      subject.kind === 'instance' && subject.app === app && (service === undefined || subject.service === service)
    if (retention !== 'live') {
      const period = { retention, sinceMs, ...(service === undefined ? {} : { service }) }
      return withShelved(await store.listInstances(app, period), retention, isAsked)
    }
    const asked = rings.subjects().filter(isAsked)
    return asked.flatMap((subject) => {
      const table = rings.read(subject, sinceMs, secondsKept)
      return table ? [{ subject, table }] : []
    })
  }

  async function readInstances(app: string, range: StatsRange) {
    const shown = shownOf[range]
    const found = await instanceChunks(app, shown.retention, stepsOf(shown).startMs)
    const byInstance = [...Map.groupBy(found, ({ subject }) => subject.name).values()]
    const steps = stepsOf(longerSteps(shown, Math.min(byInstance.length, instancesShown)))
    const series = byInstance.flatMap((chunks) => instanceSeries(chunks, steps) ?? [])
    return series.toSorted((a, b) => (endOf(a) < endOf(b) ? -1 : 1))
  }

  return {
    machine: async (name, range) => ({
      machine: name,
      ...toSeries(await read(machineSubject(name), range), columnsOf('machine') as (keyof MachineSeries['points'])[]),
    }),

    async app(name, range) {
      const total = await read(appSubject(name), range)
      const instances = await readInstances(name, range)
      return {
        app: name,
        ...toSeries(total, columnsOf('app') as (keyof AppStats['points'])[]),
        instances: instances.slice(-instancesShown),
        instancesLeftOut: Math.max(0, instances.length - instancesShown),
      }
    },

    overview: async (range) =>
      toSeries(await read(overviewSubject, range), columnsOf('overview') as (keyof OverviewSeries['points'])[]),

    async observedUse(app, service, { sinceMs }) {
      const retention = sinceMs >= now() - fine.keptMs ? fine : coarse
      const chunks = await instanceChunks(app, retention, sinceMs, service)
      return observedUseOf(
        chunks.map(({ table }) => table),
        sinceMs,
      )
    },
  }
}

function longerSteps({ retention, stepMs, points }: Shown, instances: number): Shown {
  const most = Math.max(fewestPoints, Math.floor(instancePoints / Math.max(instances, 1)))
  const factor = Math.ceil(points / most)
  return { retention, stepMs: stepMs * factor, points: Math.ceil(points / factor) }
}

function instanceSeries(chunks: readonly Pick<Chunk, 'subject' | 'table'>[], steps: Steps): InstanceSeries | undefined {
  const names: readonly ColumnName[] = columnsOf('instance')
  const tables = chunks.map(({ table }) => table)
  const table = trim(fold(tables, steps, names))
  const subject = chunks[0]?.subject
  if (!table || !subject) return undefined
  const series = toSeries(table, names as (keyof InstanceSeries['points'])[])
  return { id: subject.name, service: subject.service ?? '', machine: subject.machine ?? '', ...series }
}

const endOf = ({ startAt, stepMs, points }: InstanceSeries) => Date.parse(startAt) + stepMs * points.cpuRatio.length
