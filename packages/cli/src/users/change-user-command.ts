import { changeUser, type InputOf } from '@berth/contract'
import { z } from 'zod'
import { type Command, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { plainText } from '../terminal/plain-text.ts'
import { getUser } from './get-user.ts'
import { userArgument } from './user-argument.ts'

interface UserChange {
  verb: string
  summary: string
  details?: string
  change: InputOf<typeof changeUser>['body']
  /** "... is blocked". */
  done: string
}

const args = z.strictObject({ user: userArgument })

/** A command that sets one thing of a user: `users block <user>`. */
export const changeUserCommand = ({ verb, summary, details, change, done }: UserChange): Command<typeof args> =>
  defineCommand({
    usage: `users ${verb} <user>`,
    summary,
    ...(details ? { details } : {}),
    args,

    async run({ user }, context) {
      const { id } = await getUser(user, context)
      const { email } = await context.call(changeUser, { params: { userId: id }, body: change })
      context.print(`${plainText(email)} ${done}`)
      return exitCode.ok
    },
  })
