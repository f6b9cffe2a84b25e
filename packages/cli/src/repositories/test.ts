import { testRepository } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { findRepository } from './find-repository.ts'

export const test = defineCommand({
  usage: 'repositories test <prefix>',
  summary: 'Try whether stored credentials work',
  options: {
    '--try <url>': 'a repository to try them on, where the prefix itself is none',
    '--accept-host-key': 'take the key that the host shows now for its own, from now on',
  },
  args: z.strictObject({
    prefix: z.string(),
    try: z.string().optional(),
    acceptHostKey: z.boolean().default(false),
  }),

  async run({ prefix: name, try: url, acceptHostKey }, context) {
    const { id } = await findRepository(name, context)
    const body = { acceptsHostKey: acceptHostKey, ...(url ? { url } : {}) }
    const { prefix, credentials } = await context.call(testRepository, { params: { repositoryId: id }, body })
    context.print(`${url ?? prefix} lets Berth in`)
    if (acceptHostKey && credentials.kind === 'deploy-key') {
      for (const hostKey of credentials.hostKeys) context.note(`The host shows the key ${hostKey}.`)
    }
    return exitCode.ok
  },
})
