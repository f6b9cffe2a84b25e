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
  const title = `Remove ${name} from the cluster`
  const params = { machine: name }
  const remove = (query: { force?: 'true' } = {}) => client.call(removeMachine, { params, query })
  if (isForced) return void (await step(title, () => remove({ force: 'true' })))
  // What must not be removed at all is refused before it matters what runs there, so nothing is drained in vain.
  if (await step(title, ({ result }) => unlessBusy(remove, result))) return
  const drained = await step(`Drain ${name}`, (report) => drain(client, machine, { report, signal }))
  try {
    await step(title, () => remove())
  } catch (error) {
    await drained.undo()
    throw error
  }
}

async function unlessBusy(remove: () => Promise<unknown>, report: (words: string) => void): Promise<boolean> {
  try {
    await remove()
    return true
  } catch (error) {
    if (!(error instanceof PlatformError) || error.code !== 'machine_not_empty') throw error
    report('instances run there and are moved first')
    return false
  }
}

const noSuchMachine = (name: string) =>
  new PlatformError('machine_not_found', `There is no machine called ${name}`, { hint: 'berth machines lists all' })
