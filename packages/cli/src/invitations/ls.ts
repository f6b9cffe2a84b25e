import { type Invitation, listInvitations } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime, timeUntil } from '../terminal/relative-time.ts'

export const ls = defineCommand({
  usage: 'invitations ls',
  summary: 'List the invitations to the projects that you are an admin of',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, context) {
    const found = await context.call(listInvitations, {})
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0) context.print('Nobody is invited at the moment.')
    else {
      printTable<Invitation>(found, context, [
        { title: 'INVITATION', cell: ({ id }) => id, isFixed: true },
        { title: 'FOR', cell: ({ email }) => email, isFixed: true },
        { title: 'PROJECT', cell: ({ project }) => project ?? 'the platform' },
        { title: 'ROLE', cell: ({ role }) => role },
        { title: 'EXPIRES', cell: ({ expiresAt }) => timeUntil(expiresAt, nowMs) },
        { title: 'INVITED', cell: ({ createdAt }) => relativeTime(createdAt, nowMs) },
        { title: 'BY', cell: ({ invitedBy }) => invitedBy },
      ])
    }
    return exitCode.ok
  },
})
