import { testRegistry } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { findRegistry } from './find-registry.ts'

export const test = defineCommand({
  usage: 'registries test <registry>',
  summary: 'Try whether stored credentials still work',
  args: z.strictObject({ registry: z.string() }),

  async run({ registry }, context) {
    const { id, host, username } = await findRegistry(registry, context)
    await context.call(testRegistry, { params: { registryId: id } })
    context.print(`${host} lets ${username} in`)
    return exitCode.ok
  },
})
