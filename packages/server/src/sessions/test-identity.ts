import { generateKeyPairSync } from 'node:crypto'
import type { TestContext } from 'node:test'
import { defineEndpoint } from '@berth/contract'
import pino from 'pino'
import { z } from 'zod'
import { activityStore } from '../activity/activity-store.ts'
import { createChanges } from '../changes.ts'
import { onSqlite, openForTest } from '../database/test-databases.ts'
import { handle } from '../http/endpoint-handler.ts'
import { serverMetrics } from '../http/metrics.ts'
import { createHttpApp } from '../http/serve-http.ts'
import { createPeople } from '../people.ts'
import { quickPasswords } from '../users/test-passwords.ts'

/** Stands for everything that is not about the caller alone. */
const look = defineEndpoint({
  method: 'GET',
  path: '/v1/look',
  access: 'read',
  on: 'visible',
  summary: 'Look',
  result: z.strictObject({ seenBy: z.string() }),
  errors: [],
})

export const adminEmail = 'ada@example.org'
export const oneTimePassword = 'one-time-password'
const host = 'berth.example.org'

/** The platform with its first admin, as it is after the install, and browsers that keep their cookie. */
export async function startIdentity(t: TestContext, { passwords = quickPasswords, now = Date.now } = {}) {
  const stop = new AbortController()
  t.after(() => stop.abort())
  const deps = await openForTest(t, await onSqlite.place(t), now)
  const logged: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) })
  const activity = activityStore(deps)
  const apps = { find: async () => undefined }
  const told = { activity, accessChanges: createChanges(), log }
  const people = createPeople({ ...deps, ...told, apps, caKeyPem: newCaKey(), passwords })
  const { users, gate } = people
  await users.ensureAdmin({ email: adminEmail, password: oneTimePassword })
  const handlers = [...people.handlers, handle(look, ({ caller }) => ({ seenBy: caller.name }))]
  const declared = handlers.map(({ endpoint }) => endpoint)
  const app = createHttpApp({ handlers, declared, rawRoutes: [], gate, metrics: serverMetrics(), log }, stop.signal)
  const { db } = deps.database

  const browser = ({ address = '192.0.2.1', isSecure = false } = {}) => openBrowser({ app, address, isSecure })
  const activities = () => activity.list({ limit: 500, visible: 'everything' })
  return { app, db, users, activities, logged, browser }
}

type App = ReturnType<typeof createHttpApp>
type Call = { body?: object; headers?: Record<string, string> }

/** Behind an edge, which says where the browser is and whether it came by https. */
function openBrowser({ app, address, isSecure }: { app: App; address: string; isSecure: boolean }) {
  let cookie: string | undefined

  async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, { body, headers = {} }: Call = {}) {
    const answer = await app.inject({
      method,
      url,
      remoteAddress: '10.0.0.1',
      headers: {
        ...{ host, 'x-forwarded-for': address, 'x-forwarded-proto': isSecure ? 'https' : 'http' },
        ...(method === 'GET' ? {} : { origin: `${isSecure ? 'https' : 'http'}://${host}` }),
        ...(cookie ? { cookie } : {}),
        ...headers,
      },
      ...(body ? { payload: body } : {}),
    })
    const set = answer.headers['set-cookie']
    if (typeof set === 'string') cookie = /Max-Age=0(;|$)/.test(set) ? undefined : set.split(';')[0]
    return { status: answer.statusCode, body: answer.json(), setCookie: set, headers: answer.headers }
  }

  return {
    call,
    signIn: (password: string, { email = adminEmail, code }: { email?: string; code?: string } = {}) =>
      call('POST', '/v1/sign-in', { body: { email, password, ...(code === undefined ? {} : { code }) } }),
    cookie: () => cookie,
    useCookie: (other: string | undefined) => {
      cookie = other
    },
  }
}

/** As PEM. */
export const newCaKey = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey
