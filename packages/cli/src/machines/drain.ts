import { drainMachine } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { machineArgument } from '../inputs/flags.ts'
import { watchRelocation } from '../relocations/watch-relocation.ts'

export const drain = defineCommand({
  usage: 'machines drain <machine>',
  summary: 'Move all instances off a machine, and give it no new ones',
  details:
    'New instances serve elsewhere before the old ones stop, so visitors notice nothing. Afterwards the machine can be restarted or removed. It stays drained until it is activated.',
  options: {
    '--force': 'also when not everything fits elsewhere: what does not is stopped',
    '--detach': 'do not wait for the end',
    ...jsonOption,
  },
  examples: ['berth machines drain worker1', 'berth machines activate worker1'],
  args: z.strictObject({
    machine: machineArgument,
    force: z.boolean().default(false),
    detach: z.boolean().default(false),
    json: z.boolean().default(false),
  }),

  async run({ machine, force, detach, json }, context) {
    const relocation = await context.call(drainMachine, { params: { machine }, body: { force } })
    if (!detach) {
      if (!json) context.print(`Draining ${context.terminal.colors.bold(machine)}\n`)
      return watchRelocation(relocation, { json, isNew: true }, context)
    }
    if (json) context.printJson(relocation)
    else context.print(`Draining ${machine}. See how far it is: berth machines relocations`)
    return exitCode.ok
  },
})
