import { z } from 'zod'
import { defineCommand, jsonOption } from '../command-line/command.ts'
import { countFlag, cpusFlag, memoryFlag, switchFlag } from '../command-line/flags.ts'
import { createMachines } from '../machines/create-machines.ts'
import { openMachines } from '../machines/machine-context.ts'

export const machinesCreate = defineCommand({
  usage: 'machines create [names...]',
  summary: 'Make machines in containers on this computer',
  options: {
    '--count <n>': 'how many, those with names included (1)',
    '--cpus <n>': 'at most so many cores each, such as 1.5',
    '--memory <size>': 'at most so much memory each, such as 2G',
    '--manager': 'they become managers, and else workers',
    ...jsonOption,
  },
  examples: ['berth machines create --count 2', 'berth machines create big --cpus 2 --memory 4G'],
  isInterruptible: true,
  args: z.strictObject({
    names: z.array(z.string()).default([]),
    count: countFlag.optional(),
    cpus: cpusFlag.optional(),
    memory: memoryFlag.optional(),
    manager: switchFlag,
    json: switchFlag,
  }),

  async run({ names, count, cpus: cpuMillis, memory: memoryBytes, manager, json }, invocation) {
    const { quiet, print } = invocation
    const creation = { names, count, cpuMillis, memoryBytes, role: manager ? 'manager' : 'worker' } as const
    const created = await createMachines(creation, await openMachines(invocation, json ? quiet : invocation))
    if (json) print(JSON.stringify(created))
    else for (const { name, address } of created) print(`${name} is a machine of the cluster now, at ${address}.`)
    return 0
  },
})
