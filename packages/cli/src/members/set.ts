import { listMembers, listUsers, PlatformError, setMember } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { emailArgument, projectFlag, roleFlag } from '../inputs/flags.ts'
import { plainText } from '../terminal/plain-text.ts'

export const set = defineCommand({
  usage: 'members set <project> <email> <role>',
  summary: 'Change the role of a member: reader, developer or admin',
  details: 'An admin of the platform can also make a user a member who is none yet.',
  examples: ['berth members set shop ada@example.org developer'],
  args: z.strictObject({ project: projectFlag, email: emailArgument, role: roleFlag }),

  async run({ project, email, role }, context) {
    const userId = await getUserId(project, email, context)
    const member = await context.call(setMember, { params: { project, userId }, body: { role } })
    context.print(`${plainText(member.email)} is ${member.role} in ${project}`)
    return exitCode.ok
  },
})

/** Of a member; else of any user, whom only an admin of the platform may look up. */
async function getUserId(project: string, email: string, { call }: Context): Promise<string> {
  const members = await call(listMembers, { params: { project } })
  const member = members.find((each) => each.email === email)
  if (member) return member.userId
  const users = await call(listUsers, {}).catch((error) => {
    if (error instanceof PlatformError && error.code === 'forbidden') return []
    throw error
  })
  const user = users.find((each) => each.email === email)
  if (user) return user.id
  throw new PlatformError('user_not_found', `${email} is no member of ${project}`, {
    hint: `Invite them: berth users invite ${email} --project ${project}`,
  })
}
