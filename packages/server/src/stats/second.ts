import type {
  AppFigures,
  AppSample,
  InstanceSample,
  MachineSample,
  OverviewMeasure,
  StatsMeasure,
} from '@berth/contract'
import { appMeasures, instanceMeasures, machineMeasures } from '@berth/contract'
import type { Sample } from './live-rings.ts'
import type { InstanceReading, MachineReading } from './machine-readings.ts'
import { toValue } from './sample-table.ts'

/** All that was measured in one second. */
export type Second = {
  atMs: number
  machines: readonly MachineSample[]
  apps: readonly AppSample[]
  instances: readonly InstanceSample[]
  overview: Sample
}

/** `figures` is what the edges counted of each app. */
export function secondOf(
  atMs: number,
  machines: ReadonlyMap<string, MachineReading>,
  figures: ReadonlyMap<string, AppFigures>,
): Second {
  const readings = [...machines.values()]
  const instances = readings.flatMap((reading) => reading.instances)
  const killedApps = readings.flatMap((reading) => reading.killedApps)
  const apps = appSamples({ instances, figures, killedApps })
  return {
    atMs,
    machines: readings.map(({ machine, sample }) => ({ machine, ...valuesOf(machineMeasures, sample) })),
    apps,
    instances: instances.map(({ id, app, service, machine, sample }) => {
      return { id, app, service, machine, ...valuesOf(instanceMeasures, sample) }
    }),
    overview: overviewOf(readings, apps),
  }
}

type Measured = {
  instances: readonly InstanceReading[]
  figures: ReadonlyMap<string, AppFigures>
  killedApps: readonly string[]
}

function appSamples({ instances, figures, killedApps }: Measured): AppSample[] {
  const byApp = Map.groupBy(instances, ({ app }) => app)
  const counted = [...figures].filter(([, { requestsPerSecond }]) => requestsPerSecond !== null)
  const names = new Set([...byApp.keys(), ...counted.map(([app]) => app), ...killedApps])
  return [...names].map((app) => {
    const own = byApp.get(app) ?? []
    const { requestsPerSecond = null, errorsPerSecond = null, inFlight = null } = figures.get(app) ?? {}
    const sums = sumOf(
      own.map(({ sample }) => sample),
      instanceMeasures,
    )
    const outOfMemoryKills = sumValues([sums.outOfMemoryKills, killedApps.filter((killed) => killed === app).length])
    const sample = { ...sums, outOfMemoryKills, instances: own.length, requestsPerSecond, errorsPerSecond, inFlight }
    return { app, ...valuesOf(appMeasures, sample) }
  })
}

const summed = [
  'memoryBytes',
  'networkReceivedBytesPerSecond',
  'networkSentBytesPerSecond',
  'diskReadBytesPerSecond',
  'diskWrittenBytesPerSecond',
  'outOfMemoryKills',
  'instances',
  'diskUsedBytes',
] as const satisfies StatsMeasure[]

function overviewOf(
  machines: readonly MachineReading[],
  apps: readonly AppSample[],
): Readonly<Record<OverviewMeasure, number | null>> {
  const totals = machines.map(({ heartbeat: { stats } }) => stats)
  const total = (measure: 'cpuMillis' | 'memoryTotalBytes' | 'diskTotalBytes') =>
    sumValues(totals.map((stats) => stats[measure]))
  const cpuMillis = total('cpuMillis')
  const busyMillis = sumValues(
    machines.map(({ sample, heartbeat }) => mayMultiply(sample.cpuRatio, heartbeat.stats.cpuMillis)),
  )
  return {
    ...(sumOf(
      machines.map(({ sample }) => sample),
      summed,
    ) as Record<(typeof summed)[number], number | null>),
    machines: machines.length,
    cpuMillis,
    cpuRatio: busyMillis === null || !cpuMillis ? null : busyMillis / cpuMillis,
    memoryTotalBytes: total('memoryTotalBytes'),
    diskTotalBytes: total('diskTotalBytes'),
    requestsPerSecond: sumValues(apps.map((app) => app.requestsPerSecond)),
    errorsPerSecond: sumValues(apps.map((app) => app.errorsPerSecond)),
  }
}

const sumOf = (samples: readonly Sample[], measures: readonly StatsMeasure[]): Sample =>
  Object.fromEntries(measures.map((name) => [name, sumValues(samples.map((sample) => sample[name]))]))

/** Null only where no value is known. */
function sumValues(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

const mayMultiply = (value: number | null | undefined, by: number) => (typeof value === 'number' ? value * by : null)

const valuesOf = <Name extends StatsMeasure>(measures: readonly Name[], sample: Sample) =>
  Object.fromEntries(measures.map((name) => [name, toValue(sample[name] ?? Number.NaN)])) as Record<Name, number | null>
