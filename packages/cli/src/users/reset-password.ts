import { resetPassword as endpoint } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { plainText } from '../terminal/plain-text.ts'
import { getUser } from './get-user.ts'
import { userArgument } from './user-argument.ts'

export const resetPassword = defineCommand({
  usage: 'users reset-password <user>',
  summary: 'Give someone a one-time password, end their sessions and take their second factor away',
  details: 'The password stands alone on standard output. With it they must choose one of their own.',
  args: z.strictObject({ user: userArgument }),

  async run({ user }, context) {
    const { id, email } = await getUser(user, context)
    const { password } = await context.call(endpoint, { params: { userId: id } })
    context.print(plainText(password))
    context.note(`The one-time password of ${plainText(email)}. It is not shown again.`)
    return exitCode.ok
  },
})
