import { activateMachine } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { machineArgument } from '../inputs/flags.ts'

export const activate = defineCommand({
  usage: 'machines activate <machine>',
  summary: 'Let a drained machine take instances again, or cancel its drain',
  details: 'Nothing comes back by itself: berth machines rebalance spreads instances again.',
  args: z.strictObject({ machine: machineArgument }),

  async run({ machine }, { call, print }) {
    const { cancelled } = await call(activateMachine, { params: { machine } })
    print(
      cancelled ? `Cancelled the drain of ${machine}; it takes instances again` : `${machine} takes instances again`,
    )
    return exitCode.ok
  },
})
