import { addRegistry, PlatformError, RegistryHost } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { projectFlag } from '../inputs/flags.ts'
import { readWordFromInput } from '../inputs/read-input.ts'

export const add = defineCommand({
  usage: 'registries add <registry>',
  summary: 'Store credentials for a registry, after a try; new ones take the place of old ones',
  details:
    'Images that only these credentials can pull are kept in the registry of the cluster when they are deployed, so no ' +
    'machine ever needs the password. Docker Hub is docker.io.',
  options: {
    '--username <name>': 'the user, or what the registry wants in its place (AWS, _json_key, ...)',
    '--password <password>': 'the password or token; - reads it from standard input. Asked for when left out',
    '--project <project>': 'only for apps of this project',
    ...jsonOption,
  },
  examples: ['berth registries add ghcr.io --username ann --password - < token.txt'],
  args: z.strictObject({
    registry: RegistryHost,
    username: z.string().min(1),
    password: z.string().optional(),
    project: projectFlag.optional(),
    json: z.boolean().default(false),
  }),

  async run({ registry: host, username, password: given, project = null, json }, context) {
    const password =
      given === '-'
        ? await readWordFromInput('--password')
        : (given ?? (await context.ask(`Password for ${username}`, { isSecret: true })))
    if (!password) throw new PlatformError('invalid_request', 'There is no password', { hint: 'Use --password -' })
    const registry = await context.call(addRegistry, { body: { host, username, password, project } })
    if (json) context.printJson(registry)
    else context.print(`${host} takes these credentials; they are stored`)
    return exitCode.ok
  },
})
