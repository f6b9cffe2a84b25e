import { createToken } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { accessFlag, daysFlag, projectFlag, tokenNameArgument } from '../inputs/flags.ts'
import { plainText } from '../terminal/plain-text.ts'

export const create = defineCommand({
  usage: 'tokens create <name>',
  summary: 'Make a token that may do no more than you; it is shown only here',
  details: 'The token stands alone on standard output, so that it can be caught: TOKEN=$(berth tokens create ci)',
  options: {
    '--access <access>': 'read, deploy or admin (deploy)',
    '--project <project>': 'good for this project alone',
    '--expires <time>': 'when it ends, such as 90d, 12w or 1y; else it does not',
    ...jsonOption,
  },
  examples: ['berth tokens create ci --access deploy --project shop --expires 90d'],
  args: z.strictObject({
    name: tokenNameArgument,
    access: accessFlag.default('deploy'),
    project: projectFlag.optional(),
    expires: daysFlag.optional(),
    json: z.boolean().default(false),
  }),

  async run({ name, access, project, expires, json }, { call, print, printJson, note }) {
    const made = await call(createToken, { body: { name, access, project, expiresInDays: expires } })
    if (json) printJson(made)
    else print(plainText(made.token))
    const where = project ? `in the project ${project}` : 'in all of your projects'
    const until = expires === undefined ? 'does not expire' : `expires in ${expires} days`
    note(`It may ${describeAccess[access]} ${where} and ${until}. It is not shown again.`)
    return exitCode.ok
  },
})

const describeAccess = { read: 'read', deploy: 'read and deploy', admin: 'do everything that you may' } as const
