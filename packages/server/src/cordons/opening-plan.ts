import type { ClusterState, ObservedInstance, ObservedMachine } from '@berth/engine'
import type { EdgeView } from '../routes/edges.ts'

export type OpeningStep =
  | { kind: 'open'; machine: ObservedMachine; waitsFor: string; openMs: number }
  /** Left open by one who ended meanwhile. */
  | { kind: 'close'; machine: ObservedMachine }

/** What is remembered of one machine, by id. */
export type OpeningMemory = {
  /** When its edge began to wait, and when it was last seen to. */
  waiting: { sinceMs: number; seenAtMs: number } | null
  openings: number
  lastOpeningAtMs: number
  openSinceMs: number | null
}
export type OpeningMemories = ReadonlyMap<string, OpeningMemory>

const unseen: OpeningMemory = {
  waiting: null,
  openings: 0,
  lastOpeningAtMs: Number.NEGATIVE_INFINITY,
  openSinceMs: null,
}

/** A network is joined within a second where nothing holds that up. */
const waitedMs = 1_000
/** An edge tells of the same trouble again and again, with moments in between in which it tries. */
const quietMs = 10_000
const firstPauseMs = 2_000
const longestPauseMs = 60_000
/** A network that waits is joined within a second. */
const joiningMs = 1_500
/** An edge that could not be started is tried again every three seconds. */
const startingMs = 4_000
/** Longer than a machine is ever opened by anyone. */
const leftOpenMs = 10_000

type Look = { state: ClusterState; edges: readonly EdgeView[]; nowMs: number }

/** What is remembered after one more look. */
export function rememberOpenings(before: OpeningMemories, { state, edges, nowMs }: Look): OpeningMemories {
  return new Map(
    state.machines.map((machine) => {
      const memory = before.get(machine.id) ?? unseen
      const openSinceMs = machine.isOpened ? (memory.openSinceMs ?? nowMs) : null
      if (isPausedByBerth(machine) && waitsFor(machine, edges) !== null) {
        const sinceMs = memory.waiting?.sinceMs ?? nowMs
        return [machine.id, { ...memory, openSinceMs, waiting: { sinceMs, seenAtMs: nowMs } }]
      }
      const isOver = !memory.waiting || nowMs - memory.waiting.seenAtMs > quietMs
      return [machine.id, isOver ? { ...unseen, openSinceMs } : { ...memory, openSinceMs }]
    }),
  )
}

export function noteOpening(before: OpeningMemories, machineId: string, nowMs: number): OpeningMemories {
  const memory = before.get(machineId) ?? unseen
  return new Map(before).set(machineId, { ...memory, openings: memory.openings + 1, lastOpeningAtMs: nowMs })
}

/**
 * The engine lets no plain container join a network on a machine that is paused, so the edge waits there until the machine is
 * opened for a moment: one machine at a time, and ever less often while that does not help.
 */
export function planOpening(memories: OpeningMemories, { state, edges, nowMs }: Look): OpeningStep | null {
  const ready = state.machines.filter(({ isReady }) => isReady)
  const leftOpen = state.machines.find(({ id }) => nowMs - (memories.get(id)?.openSinceMs ?? nowMs) > leftOpenMs)
  if (leftOpen) return { kind: 'close', machine: leftOpen }
  const due = ready
    .filter((machine) => isDue(memories.get(machine.id), nowMs) && mayBeOpened(machine, state))
    .toSorted((a, b) => sinceMs(memories, a) - sinceMs(memories, b))
  for (const machine of due) {
    const cause = waitsFor(machine, edges)
    if (cause) return { kind: 'open', machine, ...cause }
  }
  return null
}

const sinceMs = (memories: OpeningMemories, { id }: ObservedMachine) => {
  const memory = memories.get(id) ?? unseen
  return Math.max(memory.lastOpeningAtMs, memory.waiting?.sinceMs ?? 0)
}

function isDue(memory: OpeningMemory | undefined, nowMs: number): boolean {
  if (!memory?.waiting || nowMs - memory.waiting.sinceMs < waitedMs) return false
  return nowMs - memory.lastOpeningAtMs >= pauseMs(memory.openings)
}

const pauseMs = (openings: number) =>
  openings === 0 ? 0 : Math.min(firstPauseMs * 2 ** (openings - 1), longestPauseMs)

/** On an active machine the engine ends at once whatever is to leave it, so one that is being emptied stays closed. */
export function mayBeOpened(machine: ObservedMachine, { services, instances }: ClusterState): boolean {
  if (!isPausedByBerth(machine)) return false
  const avoiding = new Set(services.filter(({ avoids }) => avoids.includes(machine.id)).map(({ name }) => name))
  return !instances.some(
    (instance) =>
      instance.machineId === machine.id &&
      isThere(instance) &&
      (machine.cordonLabel === 'drain' || avoiding.has(instance.serviceName)),
  )
}

const isThere = ({ state }: ObservedInstance) => state !== 'complete' && state !== 'failed'

const isPausedByBerth = ({ availability, cordonLabel }: ObservedMachine) =>
  availability !== 'active' && cordonLabel !== null

type Cause = { waitsFor: string; openMs: number }

/** What the edge of a connected machine is short of, in words; null where nothing is. */
function waitsFor({ name }: ObservedMachine, edges: readonly EdgeView[]): Cause | null {
  const status = edges.find(({ machine }) => machine === name)?.status
  if (status?.joining) return { waitsFor: status.joining, openMs: joiningMs }
  return status?.error ? { waitsFor: status.error, openMs: startingMs } : null
}
