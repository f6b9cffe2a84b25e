import { hostname } from 'node:os'
import {
  type Client,
  createClient,
  createLoginRequest,
  fetchLoginToken,
  PlatformError,
  type ResultOf,
} from '@berth/contract'
import type { Context } from '../command.ts'
import { isTransient } from '../deployments/follow-to-end.ts'
import { httpFetch } from '../http-fetch.ts'
import { plainText } from '../terminal/plain-text.ts'
import { openBrowser } from './open-browser.ts'
import { openWaiting } from './waiting-line.ts'

const firstWaitMs = 500
const longestWaitMs = 3_000
/** After an answer that it was too often. */
const slowWaitMs = 10_000
/** How long the silence of a server is waited out. */
const patienceMs = 2 * 60_000

export type BrowserLogin = { state: 'approved'; token: string } | { state: 'refused' | 'expired' | 'gone' }

type LoginToken = ResultOf<typeof fetchLoginToken>

/** Asks for a token, lets a person who is signed in to the dashboard decide, and waits for their answer. */
export async function loginByBrowser(url: string, context: Context): Promise<BrowserLogin> {
  const { print, note, config, signal, terminal } = context
  const client = createClient({ baseUrl: url, fetch: httpFetch })
  const { code, secret, path } = await askForLogin(client, signal)
  const page = toPage(url, path)
  print(`To sign in to ${url}, open this page and approve what shows the same code:`)
  print(`\n  Page  ${terminal.colors.cyan(page)}\n  Code  ${terminal.colors.bold(plainText(code))}\n`)
  if (config.hasDisplay) openBrowser(page)
  const waiting = openWaiting(context)
  try {
    return await waitForAnswer(() => client.call(fetchLoginToken, { body: { secret } }, { signal }), waiting, context)
  } catch (error) {
    if (signal.aborted) note('Given up; nothing was saved.')
    throw error
  } finally {
    waiting.end()
  }
}

const askForLogin = (client: Client, signal: AbortSignal) =>
  client.call(createLoginRequest, { body: { client: clientName() } }, { signal }).catch((error) => {
    if (!isTooOften(error)) throw error
    throw new PlatformError('rate_limited', 'Too many sign-ins were asked for from here', {
      hint: error.hint ?? 'Wait a few minutes, or sign in with a token: berth login <url> --token -',
      cause: error,
    })
  })

/** What asks, as the page shows it; the token gets it for a name. */
export const clientName = (): string => `berth on ${hostname()}`.slice(0, 60)

/** What the server says is a path, not another place: the browser is sent there. */
export function toPage(url: string, path: string): string {
  const page = new URL(path, url)
  if (page.origin === new URL(url).origin) return page.href
  throw new PlatformError('internal', `${url} wants the sign-in to be approved elsewhere, at ${page.origin}`, {
    hint: 'Sign in with a token: berth login <url> --token -',
  })
}

type Waiting = ReturnType<typeof openWaiting>

async function waitForAnswer(
  fetch: () => Promise<LoginToken>,
  waiting: Waiting,
  context: Context,
): Promise<BrowserLogin> {
  const { now, wait } = context
  let waitMs = firstWaitMs
  let heardAtMs = now()
  waiting.show('Waiting for the approval')
  for (;;) {
    await wait(waitMs)
    try {
      const answer = judgeAnswer(await fetch())
      if (answer) return answer
      heardAtMs = now()
      waitMs = nextWaitMs(waitMs)
      waiting.show('Waiting for the approval')
    } catch (error) {
      if (error instanceof PlatformError && error.code === 'not_found') return { state: 'gone' }
      if (isTooOften(error)) waitMs = nextWaitMs(waitMs, { wasTooOften: true })
      else if (!isTransient(error) || now() - heardAtMs > patienceMs) throw error
      else waiting.show('Berth does not answer; trying again')
    }
  }
}

/** Quick at first, as most people approve at once; slow where Berth says that it was asked too often. */
export const nextWaitMs = (waitMs: number, { wasTooOften = false } = {}): number =>
  wasTooOften ? slowWaitMs : Math.min(waitMs * 1.5, longestWaitMs)

/** Undefined while nobody has answered. */
export function judgeAnswer({ state, token }: LoginToken): BrowserLogin | undefined {
  if (state === 'waiting') return undefined
  if (state !== 'approved') return { state }
  return token === null ? { state: 'gone' } : { state, token }
}

const isTooOften = (error: unknown): error is PlatformError =>
  error instanceof PlatformError && error.code === 'rate_limited'
