import { createJoinToken } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { joinMinutesFlag, machineArgument } from '../inputs/flags.ts'
import { plainText } from '../terminal/plain-text.ts'
import { timeUntil } from '../terminal/relative-time.ts'

export const joinCommand = defineCommand({
  usage: 'machines join-command <machine>',
  summary: 'Print the command that makes a machine join, for where SSH does not reach',
  details:
    'The machine is named by its host name. The command is to be run there, in a copy of Berth; it is good for once. An earlier one for that name ends.',
  options: {
    '--manager': 'it becomes a manager, and else a worker',
    '--expires <time>': 'until when it holds, such as 30m or 1d (1h)',
    ...jsonOption,
  },
  examples: ['berth machines join-command worker1', 'berth machines join-command manager2 --manager'],
  args: z.strictObject({
    machine: machineArgument,
    manager: z.boolean().default(false),
    expires: joinMinutesFlag.optional(),
    json: z.boolean().default(false),
  }),

  async run({ machine, manager, expires, json }, { call, print, printJson, note, now }) {
    const role = manager ? 'manager' : 'worker'
    const made = await call(createJoinToken, { body: { machine, role, expiresInMinutes: expires } })
    if (json) printJson(made)
    else print(`./berth join ${plainText(made.token)}`)
    note(
      `Run this on ${machine}, in a copy of Berth. It makes it a ${role}, once, and expires ${timeUntil(made.expiresAt, now())}.`,
    )
    note('Whoever has it can join in its place: it is not shown again.')
    return exitCode.ok
  },
})
