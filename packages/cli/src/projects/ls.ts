import { listProjects, type Project } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const ls = defineCommand({
  usage: 'projects ls',
  summary: 'List the projects that you have a role in',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, context) {
    const found = await context.call(listProjects, {})
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0) context.print('You have no role in any project yet. An admin can give you one.')
    else {
      printTable<Project>(found, context, [
        { title: 'PROJECT', cell: ({ name }) => name, isFixed: true },
        { title: 'YOUR ROLE', cell: ({ role }) => role, isFixed: true },
        { title: 'APPS', cell: ({ apps }) => apps },
        { title: 'MEMBERS', cell: ({ members }) => members },
        { title: 'CREATED', cell: ({ createdAt }) => relativeTime(createdAt, nowMs) },
      ])
    }
    return exitCode.ok
  },
})
