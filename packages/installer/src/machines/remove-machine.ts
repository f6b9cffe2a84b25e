import { type Machine, PlatformError, removeMachine } from '@berth/contract'
import { findMachineContainer, removeMachineContainer } from '../machine-containers/machine-container.ts'
import { findMachine } from './cluster-view.ts'
import { drain } from './drain.ts'
import type { MachineContext } from './machine-context.ts'

export type RemovalOutcome = {
  /** Whether all of it is gone, or only the cluster knows it no more. */
  isGone: boolean
}

/**
 * Takes a machine out of the cluster without a visitor noticing, and then away. Forced, it is not drained first. One that
 * is known from elsewhere may be out of the cluster already.
 */
export async function removeFromCluster(
  name: string,
  { force, isKnown = false }: { force: boolean; isKnown?: boolean },
  context: MachineContext,
): Promise<RemovalOutcome> {
  const { client, outer, site, step } = context
  const container = await findMachineContainer(outer, site, name)
  const listed = await findMachine(client, name)
  if (!listed && !container && !isKnown) throw noSuchMachine(name)
  if (listed) await takeOut(listed, force, context)
  if (!container) return { isGone: false }
  await step(`Remove the container of ${name}, with all that is in it`, () => removeMachineContainer(outer, site, name))
  return { isGone: true }
}

async function takeOut(machine: Machine, isForced: boolean, { client, step, signal }: MachineContext): Promise<void> {
  const { name } = machine
  const drained = isForced ? null : await step(`Drain ${name}`, (report) => drain(client, machine, { report, signal }))
  try {
    await step(`Remove ${name} from the cluster`, () =>
      client.call(removeMachine, { params: { machine: name }, query: isForced ? { force: 'true' } : {} }),
    )
  } catch (error) {
    await drained?.undo()
    throw error
  }
}

const noSuchMachine = (name: string) =>
  new PlatformError('machine_not_found', `There is no machine called ${name}`, { hint: 'berth machines lists all' })
