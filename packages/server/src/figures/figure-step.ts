import type { AppFigures, Heartbeat } from '@berth/contract'

/** What one machine had counted when it was last heard. */
export type MachineCount = {
  /** Stands for one connection of the machine's agent: counts of two are never compared. */
  connection: object
  heartbeat: Heartbeat
}

export type MachineCounts = ReadonlyMap<string, MachineCount>

type Sums = { [name in keyof AppFigures]: number | null }

const nothing: Sums = {
  requestsPerSecond: null,
  errorsPerSecond: null,
  inFlight: null,
  cpuRatio: null,
  memoryBytes: null,
}

const figureNames = Object.keys(nothing) as (keyof AppFigures)[]

/**
 * What happened between two moments, by app. Times are the agents' own, so that neither a late heartbeat nor a clock
 * that was set can bend a rate. A machine that told nothing new adds nothing: where none did, the figure is null.
 */
export function figuresBetween(
  before: MachineCounts,
  after: MachineCounts,
  appOf: (backend: string) => string | undefined,
): Map<string, AppFigures> {
  const sums = new Map<string, Sums>()
  const add = (app: string, figures: Partial<Sums>) => {
    const sum = sums.get(app) ?? { ...nothing }
    sums.set(app, sum)
    for (const name of figureNames) {
      const value = figures[name]
      if (typeof value === 'number') sum[name] = (sum[name] ?? 0) + value
    }
  }
  for (const [machineId, now] of after) {
    const last = before.get(machineId)
    const known = last?.connection === now.connection ? last.heartbeat : undefined
    addRequests(known?.edge, now.heartbeat.edge, { appOf, add })
    addUse(known, now.heartbeat, add)
  }
  return new Map([...sums].map(([app, sum]) => [app, rounded(sum)]))
}

type Add = (app: string, figures: Partial<Sums>) => void
type Edge = Heartbeat['edge']

function addRequests(
  before: Edge | undefined,
  after: Edge,
  { appOf, add }: { appOf: (backend: string) => string | undefined; add: Add },
) {
  if (after.countedAtMs === null) return
  const seconds = before?.countedAtMs ? (after.countedAtMs - before.countedAtMs) / 1000 : undefined
  if (seconds !== undefined && seconds <= 0) return
  const earlier = new Map(before?.backends.map((backend) => [backend.name, backend]))
  for (const { name, requests, errors, inFlight } of after.backends) {
    const app = appOf(name)
    if (app === undefined) continue
    const base = earlier.get(name)
    add(app, {
      inFlight,
      ...(seconds === undefined
        ? {}
        : {
            requestsPerSecond: counted(base?.requests, requests) / seconds,
            errorsPerSecond: counted(base?.errors, errors) / seconds,
          }),
    })
  }
}

/** A count that went back began anew, so all of it is new. */
const counted = (before = 0, after: number) => (after < before ? after : after - before)

function addUse(before: Heartbeat | undefined, { sampledAtMs, instances }: Heartbeat, add: Add) {
  const seconds = before ? (sampledAtMs - before.sampledAtMs) / 1000 : undefined
  if (seconds !== undefined && seconds <= 0) return
  const earlier = new Map(before?.instances.map(({ instanceId, cpuSeconds }) => [instanceId, cpuSeconds]))
  for (const { instanceId, app, cpuSeconds, memoryBytes } of instances) {
    const base = earlier.get(instanceId)
    // What one that is new here used was used at a time that nobody knows.
    const cpuRatio = seconds === undefined || base === undefined ? undefined : Math.max(0, cpuSeconds - base) / seconds
    add(app, { memoryBytes, ...(cpuRatio === undefined ? {} : { cpuRatio }) })
  }
}

const rounded = ({ requestsPerSecond, errorsPerSecond, inFlight, cpuRatio, memoryBytes }: Sums): AppFigures => ({
  requestsPerSecond: toPlaces(requestsPerSecond, 2),
  errorsPerSecond: toPlaces(errorsPerSecond, 2),
  inFlight,
  cpuRatio: toPlaces(cpuRatio, 4),
  memoryBytes,
})

const toPlaces = (value: number | null, places: number) => value && Math.round(value * 10 ** places) / 10 ** places
