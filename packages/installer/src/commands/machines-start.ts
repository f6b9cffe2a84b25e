import { z } from 'zod'
import { defineCommand, jsonOption } from '../command-line/command.ts'
import { machineArgument, switchFlag } from '../command-line/flags.ts'
import { startMachine } from '../machines/container-commands.ts'
import { openMachines } from '../machines/machine-context.ts'

export const machinesStart = defineCommand({
  usage: 'machines start <machine>',
  summary: 'Start a machine in a container again',
  options: jsonOption,
  isInterruptible: true,
  args: z.strictObject({ machine: machineArgument, json: switchFlag }),

  async run({ machine, json }, invocation) {
    await startMachine(machine, await openMachines(invocation, json ? invocation.quiet : invocation))
    if (json) invocation.print(JSON.stringify({ machine, isRunning: true }))
    return 0
  },
})
