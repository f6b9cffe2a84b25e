import { cordonMachine } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { machineArgument } from '../inputs/flags.ts'

export const uncordon = defineCommand({
  usage: 'machines uncordon <machine>',
  summary: 'Give a machine new instances again',
  details:
    'Also ends a cordon for pressure; for ten minutes there is then none on this machine. Nothing moves there by itself.',
  args: z.strictObject({ machine: machineArgument }),

  async run({ machine }, { call, print }) {
    await call(cordonMachine, { params: { machine }, body: { isCordoned: false } })
    print(`${machine} takes new instances`)
    return exitCode.ok
  },
})
