import { setTimeout as delay } from 'node:timers/promises'
import {
  type AppSample,
  appMeasures,
  followStats,
  getAppStats,
  getMachineStats,
  getOverviewStats,
  type InstanceSample,
  instanceMeasures,
  type MachineSample,
  machineMeasures,
  overviewMeasures,
  PlatformError,
  type StatsEvent,
  type StatsMeasure,
  type StatsPeak,
  type StatsRange,
} from '@berth/contract'
import { type Answer, answer } from './answer.ts'
import { getSample } from './app-answers.ts'
import type { World } from './world.ts'

const stepsOf: Record<StatsRange, { stepMs: number; points: number }> = {
  live: { stepMs: 1_000, points: 300 },
  '1h': { stepMs: 15_000, points: 240 },
  '24h': { stepMs: 60_000, points: 1_440 },
  '7d': { stepMs: 600_000, points: 1_008 },
  '30d': { stepMs: 1_800_000, points: 1_440 },
}

const peaks: readonly StatsPeak[] = ['cpuRatioMax', 'memoryBytesMax']

/** About how much of each there is. */
const usual: Partial<Record<StatsMeasure | StatsPeak, number>> = {
  cpuRatio: 0.3,
  cpuRatioMax: 0.6,
  memoryBytes: 2e9,
  memoryBytesMax: 2.2e9,
  networkReceivedBytesPerSecond: 4e5,
  networkSentBytesPerSecond: 1e6,
  diskReadBytesPerSecond: 2e4,
  diskWrittenBytesPerSecond: 8e4,
  outOfMemoryKills: 0,
  swapUsedBytes: 0,
  diskUsedBytes: 3e10,
  diskTotalBytes: 80 * 1024 ** 3,
  memoryTotalBytes: 8 * 1024 ** 3,
  cpuMillis: 4_000,
  load1: 1.2,
  load5: 1.1,
  cpuPressurePercent: 6,
  memoryPressurePercent: 0,
  ioPressurePercent: 1,
  requestsPerSecond: 120,
  errorsPerSecond: 0.2,
  inFlight: 4,
  instances: 3,
  machines: 1,
}

type Means = Partial<Record<StatsMeasure | StatsPeak, number>>
type Subject = { subject: string; means?: Means | undefined }

const steady = new Set<string>(['instances', 'machines', 'diskTotalBytes', 'memoryTotalBytes', 'cpuMillis'])

/** The same at the same moment, each time that one looks; different for each subject. */
function valueAt(name: StatsMeasure | StatsPeak, { subject, means = {} }: Subject, atMs: number): number {
  const base = means[name] ?? usual[name] ?? 0
  if (steady.has(name)) return base
  const phase = [...`${subject}${name.replace('Max', '')}`].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
  const wave =
    (Math.sin(atMs / 40_000 + phase) + Math.sin(atMs / 600_000 + phase) + Math.sin(atMs / 7_000_000 + phase)) /
    (name in means ? 40 : 10)
  // Now and again an app runs out of memory.
  if (name === 'outOfMemoryKills') return subject === 'shop' && Math.floor(atMs / 1_000) % 1_700 < 15 ? 1 : 0
  return Math.max(0, Math.round(base * (1 + wave) * 1e4) / 1e4)
}

function seriesOf<Name extends StatsMeasure>(measures: readonly Name[], subject: Subject, range: StatsRange) {
  const { stepMs, points } = stepsOf[range]
  const startMs = (Math.floor(Date.now() / stepMs) - points + 1) * stepMs
  // As after an hour in which the server was down.
  const isGap = (i: number) => i > points * 0.6 && i < points * 0.63
  const column = (name: Name | StatsPeak) =>
    Array.from({ length: points }, (_, i) => (isGap(i) ? null : valueAt(name, subject, startMs + i * stepMs)))
  const columns = [...measures, ...peaks].map((name) => [name, column(name)] as const)
  return {
    startAt: new Date(startMs).toISOString(),
    stepMs,
    points: Object.fromEntries(columns) as Record<Name | StatsPeak, (number | null)[]>,
  }
}

const sampleOf = <Name extends StatsMeasure>(measures: readonly Name[], subject: Subject) =>
  Object.fromEntries(measures.map((name) => [name, valueAt(name, subject, Date.now())])) as Record<Name, number>

function subjectOf({ name, stats }: World['machines'][number]): Subject {
  if (!stats) return { subject: name }
  const { cpuRatio, memoryUsedBytes, diskUsedBytes, pressure } = stats
  const means = {
    cpuRatio: cpuRatio * 0.8,
    cpuRatioMax: cpuRatio,
    memoryBytes: memoryUsedBytes * 0.9,
    memoryBytesMax: memoryUsedBytes,
    diskUsedBytes,
    memoryPressurePercent: pressure?.memorySome60 ?? 0,
  }
  return { subject: name, means }
}

const instanceSubject = (id: string): Subject => ({
  subject: id,
  means: { memoryBytes: 9e7, memoryBytesMax: 1e8, cpuRatio: 0.12, cpuRatioMax: 0.3 },
})

export const statsAnswers: Answer[] = [
  answer(getMachineStats, ({ params, query: { range } }, { world }) => {
    const machine = world.machines.find(({ id, name }) => [id, name].includes(params.machine))
    if (!machine) throw new PlatformError('machine_not_found', `There is no machine ${params.machine}`)
    return { machine: machine.name, ...seriesOf(machineMeasures, subjectOf(machine), range) }
  }),

  answer(getAppStats, ({ params: { app }, query: { range } }, { world }) => {
    const { instances } = getSample(world, app)
    return {
      app,
      ...seriesOf(appMeasures, { subject: app }, range),
      instances: instances.slice(0, 20).map(({ id, service, machine }) => ({
        ...{ id, service, machine: machine ?? '' },
        ...seriesOf(instanceMeasures, instanceSubject(id), range),
      })),
      instancesLeftOut: Math.max(0, instances.length - 20),
    }
  }),

  answer(getOverviewStats, ({ query: { range } }) => seriesOf(overviewMeasures, { subject: 'all' }, range)),

  answer(followStats, ({ query }, { world, signal }) => {
    if (query.app !== undefined) getSample(world, query.app)
    return statsEvents(world, query, signal)
  }),
]

async function* statsEvents(
  world: World,
  query: { app?: string | undefined; instances: boolean },
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    yield statsEvent(world, query)
    await delay(1_000, undefined, { signal }).catch(() => undefined)
  }
}

function statsEvent(world: World, query: { app?: string | undefined; instances: boolean }): StatsEvent {
  const apps = [...world.apps.values()].filter(({ app }) => query.app === undefined || app.name === query.app)
  const machines = world.machines.filter(({ state }) => state === 'ready')
  return {
    at: new Date().toISOString(),
    machines: machines.map(
      (machine): MachineSample => ({ machine: machine.name, ...sampleOf(machineMeasures, subjectOf(machine)) }),
    ),
    apps: apps.map(({ app: { name } }): AppSample => ({ app: name, ...sampleOf(appMeasures, { subject: name }) })),
    instances: apps.flatMap(({ app, instances }) =>
      (query.instances ? instances : []).map(({ id, service, machine }): InstanceSample => {
        return {
          id,
          app: app.name,
          service,
          machine: machine ?? '',
          ...sampleOf(instanceMeasures, instanceSubject(id)),
        }
      }),
    ),
  }
}
