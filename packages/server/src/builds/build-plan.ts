import type { BuildRow } from './build-row.ts'

/** A machine that could build, with what is free on it now. */
export type BuildMachine = {
  name: string
  /** Whether a build can be given secrets there. */
  givesSecrets: boolean
  freeCpuMillis: number
  freeMemoryBytes: number
  freeDiskBytes: number
}

/** Less free disk than this, and a machine builds nothing: images of apps must go on fitting. */
export const leastFreeDiskBytes = 2 * 1024 ** 3

export type BuildStart = { buildId: string; machine: string }

/**
 * Which queued builds begin now, and where. One at a time on a machine; one at a time of an app, so that an older
 * build never ends after a newer one and takes its place. `lastMachine`: where the app was built before, whose cache
 * makes it quick.
 */
export function planBuilds(
  underWay: readonly BuildRow[],
  machines: readonly BuildMachine[],
  lastMachine: (app: string) => string | null,
): BuildStart[] {
  const running = underWay.filter(({ state }) => state === 'running')
  const busyApps = new Set(running.map(({ app }) => app))
  const free = new Map(
    machines
      .filter(({ name, freeDiskBytes }) => freeDiskBytes >= leastFreeDiskBytes && !isBuilding(running, name))
      .map((machine) => [machine.name, machine]),
  )
  const starts: BuildStart[] = []
  for (const build of underWay.filter(({ state }) => state === 'queued')) {
    const { id, app, options } = build
    if (busyApps.has(app)) continue
    busyApps.add(app)
    const able = [...free.values()].filter((machine) => canBuild(machine, build))
    const machine = chooseMachine(able, options.memoryBytes, lastMachine(app))
    if (!machine) continue
    free.delete(machine.name)
    starts.push({ buildId: id, machine: machine.name })
  }
  return starts
}

const canBuild = ({ givesSecrets }: BuildMachine, { secretNames }: BuildRow) => givesSecrets || secretNames.length === 0

const isBuilding = (running: readonly BuildRow[], name: string) => running.some(({ machine }) => machine === name)

/** Where it was built before as long as that has half of the most room that there is; else where there is the most. */
function chooseMachine(machines: readonly BuildMachine[], memoryBytes: number, last: string | null) {
  const byRoom = machines.toSorted((a, b) => roomOf(b, memoryBytes) - roomOf(a, memoryBytes))
  const [roomiest] = byRoom
  const before = machines.find(({ name }) => name === last)
  if (!roomiest || !before) return roomiest
  return roomOf(before, memoryBytes) * 2 >= roomOf(roomiest, memoryBytes) ? before : roomiest
}

/** The scarcer of memory, in builds that would fit, and processors, in cores. */
const roomOf = ({ freeCpuMillis, freeMemoryBytes }: BuildMachine, memoryBytes: number) =>
  Math.min(freeMemoryBytes / memoryBytes, freeCpuMillis / 1000)

/** 1 for the queued build that is next, by build id. */
export function positionsOf(underWay: readonly Pick<BuildRow, 'id' | 'state'>[]): Map<string, number> {
  const queued = underWay.filter(({ state }) => state === 'queued')
  return new Map(queued.map(({ id }, i) => [id, i + 1]))
}

/** Why the first queued build does not begin, in words; null while nothing is in its way. */
export function explainQueue(build: BuildRow, underWay: readonly BuildRow[], machines: readonly BuildMachine[]) {
  const sameApp = underWay.find(({ app, state }) => app === build.app && state === 'running')
  if (sameApp) return `waits for build ${sameApp.id} of the same app`
  if (machines.length === 0) return 'no machine with an agent is ready'
  const withDisk = machines.filter(({ freeDiskBytes }) => freeDiskBytes >= leastFreeDiskBytes)
  if (withDisk.length === 0) return 'no machine has 2 GiB of free disk: see berth machines'
  const able = withDisk.filter((machine) => canBuild(machine, build))
  if (able.length === 0) return 'no machine can give secrets to a build: see berth machines'
  const running = underWay.filter(({ state }) => state === 'running')
  if (able.every(({ name }) => isBuilding(running, name))) return 'waits for a machine: all are building'
  return null
}
