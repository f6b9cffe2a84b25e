import { type Client, PlatformError } from '@berth/contract'
import type { StepReport } from '../steps.ts'
import { findMachine } from './cluster-view.ts'

/** Done when no instance of an app runs on the machine. */
export async function drain(
  client: Client,
  machine: string,
  { report }: { report: StepReport; signal: AbortSignal | undefined },
): Promise<void> {
  const { instances = 0 } = (await findMachine(client, machine)) ?? {}
  report.result(`${instances} instances`)
  if (instances === 0) return
  throw new PlatformError('machine_not_empty', `${instances} instances still run on ${machine}`, {
    hint: `To have them started elsewhere all the same: berth machines rm ${machine} --force`,
  })
}
