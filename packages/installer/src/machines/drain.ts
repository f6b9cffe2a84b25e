import { setTimeout as delay } from 'node:timers/promises'
import {
  activateMachine,
  type Client,
  drainMachine,
  getRelocation,
  type Machine,
  PlatformError,
  type Relocation,
} from '@berth/contract'
import type { StepReport } from '../steps.ts'

const lookEveryMs = 500

export type Drain = {
  /** Lets the machine take instances again, if it did before this. */
  undo(): Promise<void>
}

/**
 * Done when no instance of an app runs on the machine and its successors serve. Interrupted or failed, the machine is
 * given back.
 */
export async function drain(
  client: Client,
  { name, state, availability }: Pick<Machine, 'name' | 'state' | 'availability'>,
  { report, signal }: { report: StepReport; signal: AbortSignal | undefined },
): Promise<Drain> {
  if (state === 'down') {
    report.result('it is down, and what ran on it was started elsewhere')
    return { undo: async () => undefined }
  }
  const first = await client.call(drainMachine, { params: { machine: name }, body: { force: false } })
  // What a person had done to it before is theirs.
  const undo = async () => {
    if (availability === 'active') await client.call(activateMachine, { params: { machine: name } })
  }
  try {
    report.result(await followToEnd(client, first, { report, signal }))
    return { undo }
  } catch (error) {
    await undo()
    throw error
  }
}

async function followToEnd(
  client: Client,
  first: Relocation,
  { report, signal }: { report: StepReport; signal: AbortSignal | undefined },
): Promise<string> {
  let relocation = first
  while (isUnderWay(relocation)) {
    report.progress(describe(relocation))
    await delay(lookEveryMs, undefined, { signal })
    relocation = await client.call(getRelocation, { params: { relocationId: first.id } })
  }
  const { state, failure, words } = relocation
  if (state === 'succeeded') return words ?? 'nothing ran there'
  throw new PlatformError(
    'machine_not_empty',
    failure?.message ?? `The drain was cancelled: ${words ?? 'by somebody'}`,
    {
      hint: failure?.hint ?? 'To have its instances started elsewhere all the same: --force',
    },
  )
}

const isUnderWay = ({ state }: Relocation) => state === 'pending' || state === 'running'

function describe({ words, steps }: Relocation): string {
  const step = steps.find(({ state }) => state === 'running')
  return step ? `${step.app} ${step.service}: ${step.words ?? 'moving'}` : (words ?? 'waiting')
}
