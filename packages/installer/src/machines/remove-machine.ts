import {
  type Client,
  drainMachine,
  followRelocation,
  PlatformError,
  type Relocation,
  removeMachine,
} from '@berth/contract'
import { findMachineContainer, removeMachineContainer } from '../machine-containers/machine-container.ts'
import type { StepReport } from '../steps.ts'
import { findMachine } from './cluster-view.ts'
import type { MachineContext } from './machine-context.ts'

export type RemovalOutcome = {
  /** Whether all of it is gone, or only the cluster knows it no more. */
  isGone: boolean
}

/** Takes a machine out of the cluster without a visitor noticing, and then away. Forced, it is not drained first. */
export async function removeFromCluster(
  name: string,
  { force }: { force: boolean },
  context: MachineContext,
): Promise<RemovalOutcome> {
  const { client, outer, site, step, signal } = context
  const container = await findMachineContainer(outer, site, name)
  const listed = await findMachine(client, name)
  if (!listed && !container) throw noSuchMachine(name)
  if (listed && !force) await step(`Drain ${name}`, (report) => drain(client, name, { report, signal }))
  if (listed) {
    await step(`Remove ${name} from the cluster`, () =>
      client.call(removeMachine, { params: { machine: name }, query: force ? { force: 'true' } : {} }),
    )
  }
  if (!container) return { isGone: false }
  await step(`Remove the container of ${name}, with all that is in it`, () => removeMachineContainer(outer, site, name))
  return { isGone: true }
}

/** Follows the drain to its end; one that is interrupted here goes on in the cluster. */
async function drain(
  client: Client,
  machine: string,
  { report, signal }: { report: StepReport; signal: AbortSignal | undefined },
): Promise<void> {
  let relocation: Relocation = await client.call(drainMachine, { params: { machine }, body: {} })
  const { id: relocationId } = relocation
  for await (const next of client.stream(
    followRelocation,
    { params: { relocationId } },
    { ...(signal && { signal }) },
  )) {
    relocation = next
    if (next.words) report.progress(next.words)
  }
  if (relocation.state === 'succeeded') return
  const { message = `The drain ended as ${relocation.state}`, hint } = relocation.failure ?? {}
  throw new PlatformError('conflict', message, {
    hint: hint ?? `Or without draining it: berth machines rm ${machine} --force`,
  })
}

const noSuchMachine = (name: string) =>
  new PlatformError('machine_not_found', `There is no machine called ${name}`, { hint: 'berth machines lists all' })
