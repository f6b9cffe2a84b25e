import { removeUser } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { confirmByName } from '../terminal/confirm-by-name.ts'
import { plainText } from '../terminal/plain-text.ts'
import { getUser } from './get-user.ts'
import { userArgument } from './user-argument.ts'

export const rm = defineCommand({
  usage: 'users rm <user>',
  summary: 'Remove someone with their sessions, tokens and roles',
  details: 'What they did stays in the activity log. To keep them out for a while only: berth users block.',
  options: { '--yes': 'do not ask' },
  args: z.strictObject({ user: userArgument, yes: z.boolean().default(false) }),

  async run({ user, yes }, context) {
    const warning = `This removes ${plainText(user)} with all sessions, tokens and roles.`
    const check = () => getUser(user, context)
    if (!yes && !(await confirmByName({ name: user, warning, check }, context))) {
      context.print('Nobody was removed.')
      return exitCode.failed
    }
    const { id, email } = await getUser(user, context)
    await context.call(removeUser, { params: { userId: id } })
    context.print(`Removed ${plainText(email)}`)
    return exitCode.ok
  },
})
