import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { AppName } from './names.ts'

/** `live`: each second of the last five minutes, which a server that starts anew begins anew. */
export const statsRanges = ['live', '1h', '24h', '7d', '30d'] as const
export type StatsRange = (typeof statsRanges)[number]

/** Of one second; each is also kept as the highest of a longer step, under its name with `Max`. */
const peaked = ['cpuRatio', 'memoryBytes'] as const

const counted = [
  'networkReceivedBytesPerSecond',
  'networkSentBytesPerSecond',
  'diskReadBytesPerSecond',
  'diskWrittenBytesPerSecond',
  /** How many there were within the step. */
  'outOfMemoryKills',
] as const

/** `cpuRatio` is of one core: 1.5 is a core and a half. `memoryBytes` is the working set. */
export const instanceMeasures = [...peaked, ...counted] as const

/** The sums of its instances, and what the edges counted. */
export const appMeasures = [
  ...instanceMeasures,
  'instances',
  'requestsPerSecond',
  /** Answers of 500 and above. */
  'errorsPerSecond',
  'inFlight',
] as const

/** `cpuRatio` is of all that the machine has, 0 to 1. Pressure is that of the last minute: some, some, and full for io. */
export const machineMeasures = [
  ...peaked,
  ...counted,
  'instances',
  'swapUsedBytes',
  'diskUsedBytes',
  'load1',
  'load5',
  'cpuPressurePercent',
  'memoryPressurePercent',
  'ioPressurePercent',
] as const

/** Sums over the machines that were measured; `cpuRatio` is of all that they have, 0 to 1. */
export const overviewMeasures = [
  ...peaked,
  ...counted,
  'machines',
  'instances',
  'cpuMillis',
  'memoryTotalBytes',
  'diskUsedBytes',
  'diskTotalBytes',
  'requestsPerSecond',
  'errorsPerSecond',
] as const

const peaks = ['cpuRatioMax', 'memoryBytesMax'] as const

export type InstanceMeasure = (typeof instanceMeasures)[number]
export type AppMeasure = (typeof appMeasures)[number]
export type MachineMeasure = (typeof machineMeasures)[number]
export type OverviewMeasure = (typeof overviewMeasures)[number]
export type StatsMeasure = InstanceMeasure | AppMeasure | MachineMeasure | OverviewMeasure
export type StatsPeak = (typeof peaks)[number]

/** Null where nobody measured. */
const Value = z.number().nullable()

const each = <Name extends string, Schema extends z.ZodType>(names: readonly Name[], schema: Schema) =>
  Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>

/** The value at `i` is of the step that begins at `startAt` + `i` x `stepMs`. */
const seriesOf = <Name extends string>(measures: readonly Name[]) => ({
  startAt: z.iso.datetime(),
  stepMs: z.int().positive(),
  points: z.strictObject(each<Name | StatsPeak, z.ZodArray<typeof Value>>([...measures, ...peaks], z.array(Value))),
})

const range = z.strictObject({ range: z.enum(statsRanges).default('1h') })

export const MachineSeries = z.strictObject({ machine: z.string(), ...seriesOf(machineMeasures) })
export type MachineSeries = z.infer<typeof MachineSeries>

export const getMachineStats = defineEndpoint({
  method: 'GET',
  path: '/v1/machines/:machine/stats',
  access: 'read',
  on: 'platform',
  summary: 'What was measured of a machine, by name or id',
  params: z.strictObject({ machine: z.string().min(1).max(253) }),
  query: range,
  result: MachineSeries,
  errors: ['machine_not_found'],
})

export const InstanceSeries = z.strictObject({
  id: z.string(),
  service: z.string(),
  /** Where it runs or ran, by name. */
  machine: z.string(),
  /** From its first to its last measured step within the range. */
  ...seriesOf(instanceMeasures),
})
export type InstanceSeries = z.infer<typeof InstanceSeries>

export const AppStats = z.strictObject({
  app: z.string(),
  ...seriesOf(appMeasures),
  /** Those that were measured within the range, ended ones too: the newest last, at most 100. Steps may be longer. */
  instances: z.array(InstanceSeries),
  /** Older ones that are not among them. */
  instancesLeftOut: z.int(),
})
export type AppStats = z.infer<typeof AppStats>

export const getAppStats = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/stats',
  access: 'read',
  on: 'app',
  summary: 'What was measured of an app and of each of its instances',
  params: z.strictObject({ app: AppName }),
  query: range,
  result: AppStats,
  errors: ['app_not_found'],
})

export const OverviewSeries = z.strictObject(seriesOf(overviewMeasures))
export type OverviewSeries = z.infer<typeof OverviewSeries>

export const getOverviewStats = defineEndpoint({
  method: 'GET',
  path: '/v1/stats',
  access: 'read',
  on: 'platform',
  summary: 'What was measured of all machines together',
  query: range,
  result: OverviewSeries,
  errors: [],
})

export const MachineSample = z.strictObject({ machine: z.string(), ...each(machineMeasures, Value) })
export type MachineSample = z.infer<typeof MachineSample>

export const AppSample = z.strictObject({ app: z.string(), ...each(appMeasures, Value) })
export type AppSample = z.infer<typeof AppSample>

export const InstanceSample = z.strictObject({
  id: z.string(),
  app: z.string(),
  service: z.string(),
  machine: z.string(),
  ...each(instanceMeasures, Value),
})
export type InstanceSample = z.infer<typeof InstanceSample>

/** One second of everything that the caller may see. Machines and instances that nobody heard of lately are left out. */
export const StatsEvent = z.strictObject({
  at: z.iso.datetime(),
  machines: z.array(MachineSample),
  apps: z.array(AppSample),
  instances: z.array(InstanceSample),
})
export type StatsEvent = z.infer<typeof StatsEvent>

export const followStats = defineEndpoint({
  method: 'GET',
  path: '/v1/stats/live',
  access: 'read',
  on: 'visible',
  summary: 'What is measured, each second: all machines, and the apps and instances that the caller may see',
  query: z.strictObject({
    /** Only of this one; machines are told of all the same. */
    app: AppName.optional(),
    /** Whether instances are told of one by one. */
    instances: z.stringbool().default(true),
  }),
  result: StatsEvent,
  stream: true,
  errors: ['app_not_found'],
})
