import { removeRegistry } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { findRegistry } from './find-registry.ts'

export const rm = defineCommand({
  usage: 'registries rm <registry>',
  summary: 'Forget the credentials for a registry; what is deployed already stays',
  args: z.strictObject({ registry: z.string() }),

  async run({ registry }, context) {
    const { id, host } = await findRegistry(registry, context)
    await context.call(removeRegistry, { params: { registryId: id } })
    context.print(`The credentials for ${host} are forgotten`)
    return exitCode.ok
  },
})
