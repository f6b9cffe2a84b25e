import { listMembers, PlatformError, removeMember } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { emailArgument, projectFlag } from '../inputs/flags.ts'

export const rm = defineCommand({
  usage: 'members rm <project> <email>',
  summary: 'Take the role in a project away; the user stays',
  args: z.strictObject({ project: projectFlag, email: emailArgument }),

  async run({ project, email }, { call, print }) {
    const members = await call(listMembers, { params: { project } })
    const member = members.find((each) => each.email === email)
    if (!member) {
      throw new PlatformError('user_not_found', `${email} is no member of ${project}`, {
        hint: `See berth members ${project}`,
      })
    }
    await call(removeMember, { params: { project, userId: member.userId } })
    print(`${email} has no role in ${project} any more`)
    return exitCode.ok
  },
})
