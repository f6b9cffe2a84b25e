import { removeInvitation } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'

export const rm = defineCommand({
  usage: 'invitations rm <invitation>',
  summary: 'Take an invitation back, by its id',
  args: z.strictObject({ invitation: z.string().min(1, 'use an id as berth invitations shows it') }),

  async run({ invitation }, { call, print }) {
    await call(removeInvitation, { params: { invitationId: invitation } })
    print('The invitation is good no more.')
    return exitCode.ok
  },
})
