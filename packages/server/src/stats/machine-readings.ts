import type { Heartbeat, LocalInstance, MachineMeasure } from '@berth/contract'
import type { Sample } from './live-rings.ts'

export type InstanceReading = { id: string; app: string; service: string; machine: string; sample: Sample }

/** What was made of the last heartbeat of one machine. */
export type MachineReading = {
  machine: string
  /** Stands for one connection of the machine's agent: counts of two are never compared. */
  connection: object
  heartbeat: Heartbeat
  /** When it was first seen here. */
  heardAtMs: number
  sample: Sample
  instances: readonly InstanceReading[]
  /** Apps of the instances that were ended for want of memory since the heartbeat before, one for each. */
  killedApps: readonly string[]
}

export type Heard = Pick<MachineReading, 'machine' | 'connection' | 'heartbeat'>

/** Heartbeats come each second, but not on the second: one stands until the next, and not for longer than this. */
const standsForMs = 3_000

/**
 * What machines and instances use now, by machine. Rates are of what was counted by the time that the agent itself says
 * has gone by, so that neither a late heartbeat nor a clock that was set can bend one.
 */
export function readMachines(
  before: ReadonlyMap<string, MachineReading>,
  heard: readonly Heard[],
  nowMs: number,
): Map<string, MachineReading> {
  const readings = heard.flatMap((machine) => {
    const last = before.get(machine.machine)
    const reading = last && isSame(last, machine) ? stillStanding(last, nowMs) : readMachine(last, machine, nowMs)
    return reading ? [[machine.machine, reading] as const] : []
  })
  return new Map(readings)
}

const isSame = (last: MachineReading, { connection, heartbeat }: Heard) =>
  last.connection === connection && last.heartbeat.sampledAtMs === heartbeat.sampledAtMs

/** Told a second time, but what happened did not happen a second time. Undefined once it is too old to be the present. */
function stillStanding(reading: MachineReading, nowMs: number): MachineReading | undefined {
  if (nowMs - reading.heardAtMs >= standsForMs) return undefined
  const sample = { ...reading.sample, outOfMemoryKills: reading.sample.outOfMemoryKills && 0 }
  const instances = reading.instances.map((instance) => ({
    ...instance,
    sample: { ...instance.sample, outOfMemoryKills: instance.sample.outOfMemoryKills && 0 },
  }))
  return { ...reading, sample, instances, killedApps: [] }
}

function readMachine(last: MachineReading | undefined, heard: Heard, heardAtMs: number): MachineReading {
  const { machine, connection, heartbeat } = heard
  const known = last?.connection === connection ? last.heartbeat : undefined
  const seconds = known && (heartbeat.sampledAtMs - known.sampledAtMs) / 1000
  const earlier = new Map(known?.instances.map((instance) => [instance.instanceId, instance]))
  const instances = heartbeat.instances.map((instance) => {
    const { instanceId: id, app, service } = instance
    return { id, app, service, machine, sample: instanceSample(earlier.get(id), instance, seconds) }
  })
  const killedApps = newlyKilled(known, heartbeat)
  const sample = machineSample(known?.stats, heartbeat, seconds)
  // Where the kernel does not count for this machine, what is known of its instances is all that there is.
  if (known) sample.outOfMemoryKills ??= killedApps.length
  return { machine, connection, heartbeat, heardAtMs, sample, instances, killedApps }
}

/** Told for a minute, so that none is lost; what a connection tells first may have been counted before it. */
function newlyKilled(before: Heartbeat | undefined, { killed = [] }: Heartbeat): string[] {
  if (!before) return []
  const known = new Set(before.killed?.map(({ instanceId }) => instanceId))
  return killed.filter(({ instanceId }) => !known.has(instanceId)).map(({ app }) => app)
}

type Counters = Pick<
  LocalInstance,
  'networkReceivedBytes' | 'networkSentBytes' | 'diskReadBytes' | 'diskWrittenBytes' | 'outOfMemoryKills'
>

function machineSample(
  before: Heartbeat['stats'] | undefined,
  { stats, instances }: Heartbeat,
  seconds: number | undefined,
): Record<MachineMeasure, number | null> {
  const { pressure } = stats
  return {
    cpuRatio: before ? stats.cpuRatio : null, // The first one has nothing to compare with.
    memoryBytes: stats.memoryUsedBytes,
    ...ratesOf(before, stats, seconds),
    instances: instances.length,
    swapUsedBytes: stats.swapUsedBytes,
    diskUsedBytes: stats.diskUsedBytes,
    load1: stats.load1,
    load5: stats.load5,
    cpuPressurePercent: pressure?.cpuSome60 ?? null,
    memoryPressurePercent: pressure?.memorySome60 ?? null,
    ioPressurePercent: pressure?.ioFull60 ?? null,
  }
}

function instanceSample(before: LocalInstance | undefined, after: LocalInstance, seconds: number | undefined): Sample {
  return {
    cpuRatio: rate(before?.cpuSeconds, after.cpuSeconds, seconds),
    memoryBytes: after.memoryBytes,
    ...ratesOf(before, after, seconds),
  }
}

const ratesOf = (before: Counters | undefined, after: Counters, seconds: number | undefined) => ({
  networkReceivedBytesPerSecond: rate(before?.networkReceivedBytes, after.networkReceivedBytes, seconds),
  networkSentBytesPerSecond: rate(before?.networkSentBytes, after.networkSentBytes, seconds),
  diskReadBytesPerSecond: rate(before?.diskReadBytes, after.diskReadBytes, seconds),
  diskWrittenBytesPerSecond: rate(before?.diskWrittenBytes, after.diskWrittenBytes, seconds),
  outOfMemoryKills: rate(before?.outOfMemoryKills, after.outOfMemoryKills, seconds && 1),
})

/** Null where there is nothing to compare with, and where a count went back: an interface or a disk has gone. */
function rate(before: number | null | undefined, after: number | null, seconds: number | undefined): number | null {
  if (before === undefined || before === null || after === null || !seconds || seconds < 0) return null
  return after < before ? null : (after - before) / seconds
}
