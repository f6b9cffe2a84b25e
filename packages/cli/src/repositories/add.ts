import { addRepository, type InputOf, PlatformError } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { projectFlag } from '../inputs/flags.ts'
import { readWordFromInput } from '../inputs/read-input.ts'
import { printDeployKey } from './describe-key.ts'
import { readPrefix } from './prefix-argument.ts'

export const add = defineCommand({
  usage: 'repositories add <prefix>',
  summary: 'Store credentials for private repositories, after a try, or have a deploy key made',
  details:
    'They are for all repositories of a host, or for those below a path: git.example.org, https://git.example.org/team. New ones ' +
    'take the place of old ones. A machine is given them while it fetches, and no other host is.',
  options: {
    '--user <name>': 'the user, or what the forge wants in its place (oauth2, x-access-token, ...)',
    '--token <token>': 'a token or password; - reads it from standard input. Asked for when left out',
    '--try <url>': 'a repository to try them on, where the prefix itself is none',
    '--deploy-key': 'make a key for SSH and print the half that the forge is given',
    '--project <project>': 'only for apps of this project',
    ...jsonOption,
  },
  examples: [
    'berth repositories add https://git.example.org/team/shop.git --user ann --token - < token.txt',
    'berth repositories add git.example.org --user ann --try https://git.example.org/team/shop.git',
    'berth repositories add git@git.example.org:team/shop.git --deploy-key',
  ],
  args: z.strictObject({
    prefix: z.string().min(1),
    user: z.string().min(1).optional(),
    token: z.string().optional(),
    try: z.string().optional(),
    deployKey: z.boolean().default(false),
    project: projectFlag.optional(),
    json: z.boolean().default(false),
  }),

  async run({ prefix: text, project = null, json, ...given }, context) {
    const prefix = readPrefix(text, { isSsh: given.deployKey })
    const credentials = await readCredentials(given, context)
    const repository = await context.call(addRepository, { body: { prefix, project, credentials } })
    if (json) context.printJson(repository)
    else if (repository.credentials.kind === 'deploy-key') printDeployKey(repository, context)
    else context.print(`${repository.prefix} takes these credentials; they are stored`)
    return exitCode.ok
  },
})

type Given = {
  user?: string | undefined
  token?: string | undefined
  try?: string | undefined
  deployKey: boolean
}
type Credentials = InputOf<typeof addRepository>['body']['credentials']

async function readCredentials({ user, token, try: tryUrl, deployKey }: Given, { ask }: Context): Promise<Credentials> {
  if (deployKey && (user || token || tryUrl)) {
    throw new PlatformError('invalid_request', '--deploy-key: it comes without --user, --token and --try', {
      hint: 'Try it once the forge has the key: berth repositories test <prefix> --try <url>',
    })
  }
  if (deployKey) return { kind: 'deploy-key' }
  if (!user) throw new PlatformError('invalid_request', 'Give either --user <name> or --deploy-key')
  const password =
    token === '-' ? await readWordFromInput('--token') : (token ?? (await ask(`Token for ${user}`, { isSecret: true })))
  if (!password) throw new PlatformError('invalid_request', 'There is no token', { hint: 'Use --token -' })
  return { kind: 'password', username: user, password, ...(tryUrl ? { tryUrl } : {}) }
}
