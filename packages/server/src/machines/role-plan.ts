import { type ErrorCode, type MachineRole, PlatformError, type RoleForecast } from '@berth/contract'
import type { ObservedMachine } from '@berth/engine'

type Change = { machine: ObservedMachine; to: MachineRole; machines: readonly ObservedMachine[] }
type Refusal = { code: ErrorCode; words: string }
type Quorum = { managers: number; answering: number }

/** More than half. */
const quorumOf = (managers: number) => Math.floor(managers / 2) + 1
/** Those that are down already have failed. */
const mayFail = ({ managers, answering }: Quorum) => Math.max(0, answering - quorumOf(managers))

/** What the change would mean for who can still change the cluster, said before it is made. */
export function forecastRole(change: Change): RoleForecast {
  const { machine, to } = change
  const [now, after] = quorums(change)
  const refusal = refusalOf(change, after)
  return {
    machine: machine.name,
    from: machine.role,
    to,
    managersNow: now.managers,
    managersAfter: after.managers,
    mayFailNow: mayFail(now),
    mayFailAfter: mayFail(after),
    warnings: refusal || machine.role === to ? [] : warningsOf(after),
    refusal: refusal?.words ?? null,
  }
}

/** Throws what the forecast calls a refusal. */
export function refuseRole(change: Change): void {
  const [, after] = quorums(change)
  const refusal = refusalOf(change, after)
  if (refusal)
    throw new PlatformError(refusal.code, refusal.words, { hint: 'First: berth machines promote <another machine>' })
}

function quorums({ machine, to, machines }: Change): [now: Quorum, after: Quorum] {
  const count = (managers: readonly ObservedMachine[]) => ({
    managers: managers.length,
    answering: managers.filter(({ isReady }) => isReady).length,
  })
  const others = machines.filter(({ id, role }) => role === 'manager' && id !== machine.id)
  return [
    count(machine.role === 'manager' ? [...others, machine] : others),
    count(to === 'manager' ? [...others, machine] : others),
  ]
}

function refusalOf({ machine, to }: Change, after: Quorum): Refusal | undefined {
  const { name, role } = machine
  if (role === to) return undefined
  if (after.managers === 0) return atRisk(`${name} is the only manager: make another machine one first`)
  if (to === 'worker' && machine.holds.includes('server')) {
    return {
      code: 'machine_holds_server',
      words: `${name} holds the server with its database, which speaks to the cluster through this manager: it stays one`,
    }
  }
  const needed = quorumOf(after.managers)
  if (after.answering >= needed) return undefined
  const answer = after.answering === 1 ? '1 would answer' : `${after.answering} would answer`
  return atRisk(
    `Of ${after.managers} managers ${answer}, and ${needed} must: nothing in the cluster could be changed any more`,
  )
}

const atRisk = (words: string): Refusal => ({ code: 'quorum_at_risk', words })

function warningsOf({ managers, answering }: Quorum): string[] {
  if (managers === 1) {
    return [
      'With one manager nothing can be changed while it is down; apps go on being served. Three bear the loss of one',
    ]
  }
  const even = `${managers} managers bear the loss of no more of them than ${managers - 1} do, and one more can fail`
  const down = `${managers - answering} of ${managers} managers do not answer`
  return [...(managers % 2 === 0 ? [even] : []), ...(answering < managers ? [down] : [])]
}
