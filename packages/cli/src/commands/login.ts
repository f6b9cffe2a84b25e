import { type Client, createClient, listTokens, type Me, PlatformError, type Token, whoAmI } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand } from '../command.ts'
import type { Config } from '../config.ts'
import { exitCode } from '../exit-code.ts'
import { httpFetch } from '../http-fetch.ts'
import { readWordFromInput } from '../inputs/read-input.ts'
import { type BrowserLogin, clientName, loginByBrowser } from '../login/browser-login.ts'
import { retireToken } from '../login/retire-token.ts'
import { findStoredLogin, type Login, ServerUrl, saveLogin } from '../login-store.ts'
import { errorLines } from '../terminal/describe-error.ts'
import { plainText } from '../terminal/plain-text.ts'

export const login = defineCommand({
  usage: 'login [url]',
  summary: 'Sign in to a Berth, in the browser or with a token',
  details:
    'Without a token it shows a page of the dashboard and a code: who is signed in there compares the code and approves. ' +
    'Without an address it is the Berth of the last sign-in. The token is kept where only you can read it.',
  options: {
    '--token <token>':
      'an API token instead of the browser; "-" reads it from standard input (BERTH_TOKEN is used too)',
  },
  examples: ['berth login https://berth.example.org', 'berth login http://berth.localhost --token - < token.txt'],
  args: z.strictObject({ url: ServerUrl.optional(), token: z.string().min(1).optional() }),

  async run({ url: given, token }, context) {
    const { config } = context
    const url = given ?? getFormerUrl(config)
    const known = token === '-' ? await readWordFromInput('--token') : (token ?? config.token)
    if (known) return signIn({ url, token: known, isOwn: false }, context)
    const answer = await loginByBrowser(url, context)
    if (answer.state === 'approved') return signIn({ url, token: answer.token, isOwn: true }, context)
    for (const line of explain(answer.state, context)) context.note(line)
    return exitCode.failed
  },
})

function getFormerUrl(config: Config): string {
  const url = config.url ? ServerUrl.safeParse(config.url).data : findStoredLogin(config)?.url
  if (url) return url
  throw new PlatformError('invalid_request', 'The address of a Berth is needed', {
    hint: 'Such as: berth login http://berth.localhost',
  })
}

type SignIn = Login & {
  /** Made for this sign-in alone. */
  isOwn: boolean
}

async function signIn({ url, token, isOwn }: SignIn, { print, note, config, signal }: Context): Promise<number> {
  const client = createClient({ baseUrl: url, token, fetch: httpFetch })
  const me = await client.call(whoAmI, {}, { signal })
  const own = isOwn ? await findToken(client, me, signal) : undefined
  const former = findStoredLogin(config)
  saveLogin(config.path, { url, token, ...(own ? { tokenId: own.id } : {}) })
  if (former && former.token !== token) await retireToken(former, signal).catch(() => undefined)
  print(`Signed in to ${url} as ${plainText(me.email ?? own?.createdBy ?? me.name)} (${me.access})`)
  if (config.token && config.token !== token) note('BERTH_TOKEN is set and goes first; unset it to use this sign-in.')
  return exitCode.ok
}

/** The newest of our name, as it was made a moment ago; so that `berth logout` can remove it. */
async function findToken(client: Client, { email }: Me, signal: AbortSignal): Promise<Token | undefined> {
  const tokens = await client.call(listTokens, {}, { signal }).catch(() => [])
  return tokens.find(({ name, createdBy }) => name === clientName() && (email === null || createdBy === email))
}

const reasons: Record<Exclude<BrowserLogin['state'], 'approved'>, [message: string, hint: string]> = {
  refused: ['The sign-in was refused in the browser', 'If that was a mistake, run berth login again'],
  expired: ['Nobody approved the sign-in in time', 'Run berth login again and approve it in the browser'],
  // Berth remembers what expired, so most likely another program fetched the token: the answer to us got lost, or worse.
  gone: [
    'Berth does not know this sign-in any more',
    'If you approved it, remove its token under Settings, Tokens; then run berth login again',
  ],
}

function explain(state: keyof typeof reasons, { terminal: { colors } }: Context): string[] {
  const [message, hint] = reasons[state]
  return errorLines(message, hint, colors)
}
