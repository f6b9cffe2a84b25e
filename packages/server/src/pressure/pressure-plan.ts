import type { ObservedMachine } from '@berth/engine'
import type { Reading } from './machine-readings.ts'

export type PressureMachine = Pick<
  ObservedMachine,
  'id' | 'name' | 'version' | 'isReady' | 'availability' | 'cordonLabel' | 'role' | 'holds'
> & {
  /** What it is shortest of; null while nothing fresh is known of it. */
  worst: Reading | null
  /** For how long a limit has been exceeded, and for how long all figures have been well below. */
  pressedMs: number
  calmMs: number
  /** Released a moment ago for a good reason: not to be cordoned again at once. */
  isSpared: boolean
}

export type PressureStep = { kind: 'cordon' | 'release'; machine: PressureMachine; reason: string }

export type PressureDecision = {
  step: PressureStep | null
  /** Under pressure and still taking instances. */
  heldBack: HeldBack[]
}

/** `server`: Berth's server can run nowhere else; `manager`: it is the last that a server could start on. */
export type HeldBack = { machine: PressureMachine; because: 'enough' | 'server' | 'manager' }

/** A figure this far below its limit is well. */
export const calmSeverity = 0.7
const pressedMs = 5_000
const calmMs = 120_000
const betweenChangesMs = 15_000
const mostCordonedRatio = 0.3
const leastLeft = 2

type Facts = {
  machines: readonly PressureMachine[]
  /** For each instance that waits for a machine: the ids of cordoned ones that could take it. */
  waiting: readonly (readonly string[])[]
  sinceChangeMs: number
}

/**
 * Which machine takes no new instances from now on, or takes them again: one at a time, never for long, never too many.
 * Touches only what is active or was cordoned for pressure, and never the machine without which no server could start.
 */
export function planPressure({ machines, waiting, sinceChangeMs }: Facts): PressureDecision {
  const inService = machines.filter(
    ({ isReady, availability, cordonLabel }) => isReady && (availability === 'active' || cordonLabel === 'pressure'),
  )
  const cordoned = inService.filter(({ availability }) => availability !== 'active').toSorted(bySeverity)
  const pressed = inService.filter(isPressed).toSorted(bySeverity).toReversed()
  const needed = pressed.flatMap((machine) => heldForServer(machine, inService))
  const sparable = pressed.filter((machine) => !needed.some((held) => held.machine === machine))
  const room = mostCordoned(inService.length) - cordoned.length
  const step = planRelease({ cordoned, inService, waiting, room }) ?? (room > 0 ? planCordon(sparable) : null)
  return {
    step: sinceChangeMs < betweenChangesMs ? null : step,
    heldBack: [
      ...needed,
      ...sparable.slice(Math.max(0, room)).map((machine) => ({ machine, because: 'enough' as const })),
    ],
  }
}

/** Three machines can spare one, two none: the others must be able to hold what comes. */
export function mostCordoned(machines: number): number {
  const share = Math.max(1, Math.floor(machines * mostCordonedRatio))
  return Math.max(0, Math.min(share, machines - leastLeft))
}

type Releasable = Record<'cordoned' | 'inService', readonly PressureMachine[]> & {
  waiting: Facts['waiting']
  room: number
}

function planRelease({ cordoned, inService, waiting, room }: Releasable): PressureStep | null {
  const held = cordoned.find((machine) => heldForServer(machine, inService).length > 0)
  if (held) return { kind: 'release', machine: held, reason: "Berth's server could start on no other machine" }
  const calm = cordoned.filter((machine) => machine.calmMs >= calmMs)[0]
  if (calm) return { kind: 'release', machine: calm, reason: `it has been calm for ${calmMs / 1000} s` }
  const needed = cordoned.find(({ id }) => waiting.some((ids) => ids.includes(id)))
  if (needed) return { kind: 'release', machine: needed, reason: 'an instance waits that no other machine can take' }
  const [least] = cordoned
  if (room < 0 && least)
    return { kind: 'release', machine: least, reason: 'too few machines are left to do without it' }
  return null
}

function planCordon([worst]: readonly PressureMachine[]): PressureStep | null {
  return worst?.worst ? { kind: 'cordon', machine: worst, reason: worst.worst.words } : null
}

/** A server that ends on a paused machine is placed nowhere, and only a server can end the pause. */
function heldForServer(machine: PressureMachine, inService: readonly PressureMachine[]): HeldBack[] {
  if (machine.holds.includes('server')) return [{ machine, because: 'server' }]
  const isOtherLeft = inService.some(
    ({ id, role, availability }) => id !== machine.id && role === 'manager' && availability === 'active',
  )
  return machine.role === 'manager' && !isOtherLeft ? [{ machine, because: 'manager' }] : []
}

const isPressed = (machine: PressureMachine) =>
  machine.availability === 'active' && machine.pressedMs >= pressedMs && !machine.isSpared

/** The least bad first; one that nothing is known of counts as bad. */
const bySeverity = (a: PressureMachine, b: PressureMachine) => severityOf(a) - severityOf(b)
const severityOf = ({ worst }: PressureMachine) => worst?.severity ?? Number.MAX_VALUE
