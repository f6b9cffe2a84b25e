import { listMembers, type Member } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { projectFlag } from '../inputs/flags.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const ls = defineCommand({
  usage: 'members ls <project>',
  summary: 'List who has which role',
  options: jsonOption,
  args: z.strictObject({ project: projectFlag, json: z.boolean().default(false) }),

  async run({ project, json }, context) {
    const found = await context.call(listMembers, { params: { project } })
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0) context.print(`${project} has no members.`)
    else {
      printTable<Member>(found, context, [
        { title: 'USER', cell: ({ email }) => email, isFixed: true },
        { title: 'ROLE', cell: ({ role }) => role, isFixed: true },
        { title: 'SINCE', cell: ({ since }) => relativeTime(since, nowMs) },
        { title: '', cell: ({ isPlatformAdmin }) => (isPlatformAdmin ? 'admin of the platform' : '') },
      ])
    }
    return exitCode.ok
  },
})
