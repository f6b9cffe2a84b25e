import { activateMachine } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { machineArgument } from '../inputs/flags.ts'

export const activate = defineCommand({
  usage: 'machines activate <machine>',
  summary: 'Let a drained machine take instances again, or cancel its drain',
  details: 'Nothing comes back by itself: berth machines rebalance spreads instances again.',
  options: jsonOption,
  args: z.strictObject({ machine: machineArgument, json: z.boolean().default(false) }),

  async run({ machine, json }, { call, print, printJson }) {
    const activation = await call(activateMachine, { params: { machine } })
    if (json) printJson(activation)
    else if (activation.cancelled) print(`Cancelled the drain of ${machine}; it takes instances again`)
    else print(`${machine} takes instances again`)
    return exitCode.ok
  },
})
