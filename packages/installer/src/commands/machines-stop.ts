import { z } from 'zod'
import { defineCommand, jsonOption } from '../command-line/command.ts'
import { machineArgument, switchFlag } from '../command-line/flags.ts'
import { stopMachine } from '../machines/container-commands.ts'
import { openMachines } from '../machines/machine-context.ts'

export const machinesStop = defineCommand({
  usage: 'machines stop <machine>',
  summary: 'Stop a machine in a container; its instances start elsewhere',
  options: { '--force': 'also a manager without which the cluster cannot be changed', ...jsonOption },
  isInterruptible: true,
  args: z.strictObject({ machine: machineArgument, force: switchFlag, json: switchFlag }),

  async run({ machine, force, json }, invocation) {
    await stopMachine(machine, { force }, await openMachines(invocation, json ? invocation.quiet : invocation))
    if (json) invocation.print(JSON.stringify({ machine, isRunning: false }))
    return 0
  },
})
