import { listUsers, type User } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const ls = defineCommand({
  usage: 'users ls',
  summary: 'List everyone who can sign in',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, context) {
    const found = await context.call(listUsers, {})
    const { colors } = context.terminal
    const nowMs = context.now()
    if (json) context.printJson(found)
    else {
      printTable<User>(found, context, [
        { title: 'USER', cell: ({ email }) => email, isFixed: true },
        { title: 'STATE', cell: (user) => ({ text: stateOf(user), paint: user.isBlocked ? colors.red : String }) },
        { title: 'SECOND FACTOR', cell: ({ hasSecondFactor }) => (hasSecondFactor ? 'yes' : 'no') },
        { title: 'ROLES', cell: describeRoles },
        {
          title: 'SIGNED IN',
          cell: ({ lastSignInAt }) => (lastSignInAt ? relativeTime(lastSignInAt, nowMs) : 'never'),
        },
        { title: 'ID', cell: ({ id }) => id },
      ])
    }
    return exitCode.ok
  },
})

function stateOf({ isBlocked, mustChangePassword }: User): string {
  if (isBlocked) return 'blocked'
  return mustChangePassword ? 'must choose a password' : 'active'
}

function describeRoles({ isAdmin, projects }: User): string {
  const roles = projects.map(({ name, role }) => `${name} (${role})`)
  return [...(isAdmin ? ['admin of the platform'] : []), ...roles].join(', ') || '-'
}
