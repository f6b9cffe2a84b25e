import { PlatformError } from '@berth/contract'
import type { ClusterState, ObservedMachine } from '@berth/engine'
import { refuseRole } from './role-plan.ts'

export type RemovalStep = 'demote' | 'forget' | 'remove' | 'renewTokens'

type Request = { machine: ObservedMachine; state: ClusterState; isForced: boolean }

/** The steps in their order, each of which can be repeated after it broke off; throws why it must not be. */
export function planRemoval({ machine, state, isForced }: Request): RemovalStep[] {
  refuseHolder(machine)
  if (machine.role === 'manager') refuseRole({ machine, to: 'worker', machines: state.machines })
  if (machine.isReady && !isForced) refuseBusy(machine, state)
  // Without its identity before it is out of the cluster: what is still in the cluster can be removed again.
  return [...(machine.role === 'manager' ? (['demote'] as const) : []), 'forget', 'remove', 'renewTokens']
}

function refuseHolder({ name, holds }: ObservedMachine) {
  if (holds.length === 0) return
  throw new PlatformError(
    'machine_holds_server',
    `${name} holds the ${holds.join(' and the ')} of Berth with their data`,
    {
      hint: 'This machine is the one to keep; to end the whole cluster: ./berth down on it',
    },
  )
}

const leaving = ['starting', 'running', 'stopping']

function refuseBusy({ id, name }: ObservedMachine, { instances }: ClusterState) {
  const busy = instances.filter(({ machineId, state }) => machineId === id && leaving.includes(state))
  if (busy.length === 0) return
  const apps = [...new Set(busy.map(({ app }) => app))].toSorted()
  const named = `${apps.slice(0, 3).join(', ')}${apps.length > 3 ? ' and others' : ''}`
  const count = busy.length === 1 ? '1 instance runs' : `${busy.length} instances run`
  throw new PlatformError('machine_not_empty', `${count} on ${name}: ${named}`, {
    hint: `Move them off first: berth machines drain ${name}`,
  })
}
