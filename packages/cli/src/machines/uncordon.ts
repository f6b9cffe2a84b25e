import { cordonMachine } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { machineArgument } from '../inputs/flags.ts'

export const uncordon = defineCommand({
  usage: 'machines uncordon <machine>',
  summary: 'Give a machine new instances again',
  details:
    'Also ends a cordon for pressure; for ten minutes there is then none on this machine. Nothing moves there by itself.',
  options: jsonOption,
  args: z.strictObject({ machine: machineArgument, json: z.boolean().default(false) }),

  async run({ machine, json }, { call, print, printJson }) {
    const released = await call(cordonMachine, { params: { machine }, body: { isCordoned: false } })
    if (json) printJson(released)
    else print(`${machine} takes new instances`)
    return exitCode.ok
  },
})
