import { inviteAdmin, inviteToProject, PlatformError } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { emailArgument, projectFlag, roleFlag } from '../inputs/flags.ts'
import { plainText } from '../terminal/plain-text.ts'
import { timeUntil } from '../terminal/relative-time.ts'
import { dashboardLink } from './dashboard-link.ts'

export const invite = defineCommand({
  usage: 'users invite <email>',
  summary: 'Make a link that lets one person in, once',
  details:
    'The link stands alone on standard output. Berth sends no mail: hand it over yourself, where nobody else reads it.',
  options: {
    '--project <project>': 'the project to be invited to (default)',
    '--role <role>': 'reader, developer or admin in that project (developer)',
    '--admin': 'invite an admin of the platform instead',
    ...jsonOption,
  },
  examples: ['berth users invite ada@example.org --project shop --role developer'],
  args: z.strictObject({
    email: emailArgument,
    project: projectFlag.optional(),
    role: roleFlag.optional(),
    admin: z.boolean().default(false),
    json: z.boolean().default(false),
  }),

  async run({ email, project, role, admin, json }, context) {
    if (admin && (project || role)) {
      throw new PlatformError('invalid_request', '--admin: an admin of the platform has no --project and no --role')
    }
    const { call, print, printJson, note, now } = context
    const made = admin
      ? await call(inviteAdmin, { body: { email } })
      : await call(inviteToProject, {
          params: { project: project ?? 'default' },
          body: { email, role: role ?? 'developer' },
        })
    const link = await dashboardLink(made.path, context)
    if (json) printJson({ ...made, link })
    else print(plainText(link))
    const { invitation } = made
    const what = invitation.project ? `${invitation.role} in ${invitation.project}` : 'admin of the platform'
    note(
      `Good once, for ${plainText(invitation.email)} as ${plainText(what)}; expires ${timeUntil(invitation.expiresAt, now())}.`,
    )
    return exitCode.ok
  },
})
