import { createClient, PlatformError, whoAmI } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { httpFetch } from '../http-fetch.ts'
import { ServerUrl, saveLogin } from '../login-store.ts'
import { plainText } from '../terminal/plain-text.ts'

export const login = defineCommand({
  usage: 'login <url>',
  summary: 'Sign in to a Berth',
  details: 'Asks for the token when --token and BERTH_TOKEN are missing, which keeps it out of the shell history.',
  options: { '--token <token>': 'an API token; ./quickstart prints the first one' },
  examples: ['berth login http://berth.localhost --token b_123'],
  args: z.strictObject({ url: ServerUrl, token: z.string().min(1).optional() }),

  async run({ url, token: given }, { ask, print, config, signal }) {
    const token = given ?? config.token ?? (await ask(`Token for ${url}`, { isSecret: true }))
    if (!token) throw new PlatformError('invalid_request', 'A token is needed', { hint: 'Use --token <token>' })
    const client = createClient({ baseUrl: url, token, fetch: httpFetch })
    const { name, access } = await client.call(whoAmI, {}, { signal })
    saveLogin(config.path, { url, token })
    print(`Signed in to ${url} as ${plainText(name)} (${access})`)
    return exitCode.ok
  },
})
