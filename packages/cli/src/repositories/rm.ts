import { removeRepository } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { findRepository } from './find-repository.ts'

export const rm = defineCommand({
  usage: 'repositories rm <prefix>',
  summary: 'Forget the credentials for private repositories; what is deployed stays',
  args: z.strictObject({ prefix: z.string() }),

  async run({ prefix: name }, context) {
    const { id, prefix, credentials } = await findRepository(name, context)
    await context.call(removeRepository, { params: { repositoryId: id } })
    context.print(`The credentials for ${prefix} are forgotten`)
    if (credentials.kind === 'deploy-key') context.note('Remove the deploy key from the forge as well.')
    return exitCode.ok
  },
})
