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

const steady = new Set<string>(['instances', 'machines', 'diskTotalBytes', 'memoryTotalBytes', 'cpuMillis'])

/** The same at the same moment, each time that one looks; different for each subject. */
function valueAt(name: StatsMeasure | StatsPeak, subject: string, atMs: number): number {
  const base = usual[name] ?? 0
  if (steady.has(name)) return base
  const phase = [...`${subject}${name.replace('Max', '')}`].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
  const wave = Math.sin(atMs / 40_000 + phase) / 4 + Math.sin(atMs / 7_000_000 + phase) / 3
  return Math.max(0, Math.round(base * (1 + wave) * 1e4) / 1e4)
}

function seriesOf<Name extends StatsMeasure>(measures: readonly Name[], subject: string, range: StatsRange) {
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

const sampleOf = <Name extends StatsMeasure>(measures: readonly Name[], subject: string) =>
  Object.fromEntries(measures.map((name) => [name, valueAt(name, subject, Date.now())])) as Record<Name, number>

export const statsAnswers: Answer[] = [
  answer(getMachineStats, ({ params, query: { range } }, { world }) => {
    const machine = world.machines.find(({ id, name }) => [id, name].includes(params.machine))
    if (!machine) throw new PlatformError('machine_not_found', `There is no machine ${params.machine}`)
    return { machine: machine.name, ...seriesOf(machineMeasures, machine.name, range) }
  }),

  answer(getAppStats, ({ params: { app }, query: { range } }, { world }) => {
    const { instances } = getSample(world, app)
    return {
      app,
      ...seriesOf(appMeasures, app, range),
      instances: instances.slice(0, 20).map(({ id, service, machine }) => ({
        ...{ id, service, machine: machine ?? '' },
        ...seriesOf(instanceMeasures, id, range),
      })),
      instancesLeftOut: Math.max(0, instances.length - 20),
    }
  }),

  answer(getOverviewStats, ({ query: { range } }) => seriesOf(overviewMeasures, 'all', range)),

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
    machines: machines.map(({ name }): MachineSample => ({ machine: name, ...sampleOf(machineMeasures, name) })),
    apps: apps.map(({ app: { name } }): AppSample => ({ app: name, ...sampleOf(appMeasures, name) })),
    instances: apps.flatMap(({ app, instances }) =>
      (query.instances ? instances : []).map(({ id, service, machine }): InstanceSample => {
        return { id, app: app.name, service, machine: machine ?? '', ...sampleOf(instanceMeasures, id) }
      }),
    ),
  }
}
