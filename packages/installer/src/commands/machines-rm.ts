import { PlatformError } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, type Invocation, jsonOption } from '../command-line/command.ts'
import { machineArgument, switchFlag } from '../command-line/flags.ts'
import { openMachines } from '../machines/machine-context.ts'
import { removeFromCluster } from '../machines/remove-machine.ts'
import { findRemote, type KnownRemote } from '../remote-machines/remote-commands.ts'
import { terminalPrompts } from '../system/prompts.ts'

export const machinesRm = defineCommand({
  usage: 'machines rm <machine>',
  summary: 'Drain a machine and take it out of the cluster',
  details:
    'One that berth machines create made goes with all that is in it. One that berth machines add added is cleaned over SSH: what carries Berth’s label goes, and nothing else.',
  options: { '--force': 'for one that is dead: it is not drained', ...jsonOption },
  isInterruptible: true,
  args: z.strictObject({ machine: machineArgument, force: switchFlag, json: switchFlag }),

  async run({ machine, force, json }, invocation) {
    const print = json ? () => undefined : invocation.print
    const shown = json ? { ...invocation, ...invocation.quiet, print } : invocation
    const remote = await findRemote(machine, { ...shown, prompts: terminalPrompts() })
    try {
      const removed = await remove(machine, force, { invocation: shown, remote })
      if (json) invocation.print(JSON.stringify({ machine, ...removed }))
    } finally {
      await remote?.close()
    }
    return 0
  },
})

type Removed = { isClean: boolean; kept: string[] }

async function remove(
  name: string,
  force: boolean,
  { invocation, remote }: { invocation: Invocation; remote: KnownRemote | undefined },
): Promise<Removed> {
  const { print, step } = invocation
  // Before anything is drained in vain.
  if (!force) await remote?.connect().catch((error: unknown) => Promise.reject(goneForGood(name, error)))
  const isKnown = remote !== undefined
  const { isGone } = await removeFromCluster(name, { force, isKnown }, await openMachines(invocation, invocation))
  if (isGone) {
    print(`${name} is gone.`)
    return { isClean: true, kept: [] }
  }
  if (!remote) {
    print(`${name} is out of the cluster. To clean it up, run there: ./berth down --data`)
    return { isClean: false, kept: [] }
  }
  try {
    const kept = await remote.clean(step)
    print(`${name} is out of the cluster, and nothing of Berth is left on it.`)
    for (const sentence of kept) print(`Kept: ${sentence}`)
    return { isClean: true, kept }
  } catch (error) {
    if (!force) throw error
    print(`${name} is out of the cluster. It could not be cleaned: ${(error as Error).message}`)
    print(`When it answers again: berth machines rm ${name}`)
    return { isClean: false, kept: [] }
  }
}

const goneForGood = (name: string, error: unknown) =>
  error instanceof PlatformError && error.code === 'engine_unavailable'
    ? new PlatformError(error.code, error.message, {
        hint: `If it is gone for good: berth machines rm ${name} --force`,
      })
    : error
