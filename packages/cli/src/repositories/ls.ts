import { listRepositories, type Repository } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const ls = defineCommand({
  usage: 'repositories ls',
  summary: 'List the private repositories that credentials are stored for',
  options: { '--keys': 'print the public halves of deploy keys', ...jsonOption },
  args: z.strictObject({ keys: z.boolean().default(false), json: z.boolean().default(false) }),

  async run({ keys, json }, context) {
    const found = await context.call(listRepositories, {})
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (keys) for (const key of found.flatMap(publicKeyOf)) context.print(key)
    else if (found.length === 0)
      context.print('None yet. Store some: berth repositories add git.example.org --user ann')
    else {
      printTable<Repository>(found, context, [
        { title: 'REPOSITORIES', cell: ({ prefix }) => prefix },
        { title: 'LET IN BY', cell: describe },
        { title: 'PROJECT', cell: ({ project }) => project ?? 'all' },
        { title: 'STORED', cell: ({ createdAt }) => relativeTime(createdAt, nowMs), isFixed: true },
        { title: 'BY', cell: ({ createdBy }) => createdBy },
        { title: 'ID', cell: ({ id }) => id },
      ])
    }
    return exitCode.ok
  },
})

const describe = ({ credentials }: Repository) =>
  credentials.kind === 'password' ? `${credentials.username} and a token` : 'deploy key'

const publicKeyOf = ({ credentials, prefix }: Repository) =>
  credentials.kind === 'deploy-key' ? [`${credentials.publicKey} ${prefix}`] : []
