import { PlatformError } from '@berth/contract'
import type { ObservedMachine } from '@berth/engine'
import { explainCrowding } from './drain-fit.ts'
import type { RelocationFacts } from './relocation-facts.ts'
import type { DrainRow } from './relocation-row.ts'

type About = { facts: RelocationFacts; drains: readonly DrainRow[]; isForced: boolean }

/** Refuses a drain that would leave instances without a place. */
export function checkDrain(machine: ObservedMachine, { facts, drains, isForced }: About): void {
  const { id, name, availability, cordonLabel } = machine
  if (availability !== 'active' && cordonLabel === null) {
    throw new PlatformError('conflict', `${name} was taken out of service (${availability}) past Berth`, {
      hint: `Berth leaves that as it is: docker node update --availability active ${name}`,
    })
  }
  // Those that are only about to be paused count as paused already.
  const leaving = new Set(drains.filter((drain) => drain.availability !== 'active').map(({ machineId }) => machineId))
  const machines = facts.machines.map((each) => (leaving.has(each.id) ? { ...each, isSchedulable: false } : each))
  if (!machines.some((each) => each.id !== id && each.isReady && each.isSchedulable)) {
    throw new PlatformError('last_machine', `No other machine takes instances, so ${name} cannot be drained`, {
      hint: 'Add a machine, or let another one take instances again: berth machines activate',
    })
  }
  const crowding = isForced ? undefined : explainCrowding(id, { ...facts, machines })
  if (!crowding) return
  throw new PlatformError('does_not_fit', `Without ${name} not everything has a place: ${crowding}`, {
    hint: 'Add a machine, reserve less, or use --force: what finds no place is then stopped',
  })
}
