import { generateKeyPairSync } from 'node:crypto'
import type { TestContext } from 'node:test'
import {
  beginSecondFactor,
  changePassword,
  changeUser,
  confirmSecondFactor,
  defineEndpoint,
  endAllSessions,
  endSession,
  listSessions,
  listUsers,
  removeSecondFactor,
  removeUser,
  resetPassword,
  signIn,
  signOut,
  whoAmI,
} from '@berth/contract'
import pino from 'pino'
import { z } from 'zod'
import { activityStore } from '../activity/activity-store.ts'
import { onSqlite, openForTest } from '../database/test-databases.ts'
import { failureLimit } from '../gate/failure-limit.ts'
import { createGate } from '../gate/gate.ts'
import { knownCallers } from '../gate/known-callers.ts'
import { sessionCookie } from '../gate/session-cookie.ts'
import { handle } from '../http/endpoint-handler.ts'
import { serverMetrics } from '../http/metrics.ts'
import { createHttpApp } from '../http/serve-http.ts'
import { passwordLanes } from '../users/password-lanes.ts'
import { userApi } from '../users/user-api.ts'
import { userStore } from '../users/user-store.ts'
import { attemptLimit } from './attempt-limit.ts'
import { createAuth } from './auth.ts'
import { failedSignIns } from './failed-sign-ins.ts'
import { identityKeys } from './seal.ts'
import { secondFactorApi } from './second-factor-api.ts'
import { secondFactorStore } from './second-factor-store.ts'
import { sessionApi } from './session-api.ts'
import { sessionStore } from './session-store.ts'
import { signInWith } from './sign-in.ts'

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

const declared = [
  ...[signIn, signOut, whoAmI, changePassword, listSessions, endSession, endAllSessions],
  ...[beginSecondFactor, confirmSecondFactor, removeSecondFactor],
  ...[listUsers, changeUser, resetPassword, removeUser, look],
]

export const adminEmail = 'ada@example.org'
export const oneTimePassword = 'one-time-password'
export const host = 'berth.example.org'
export const ownPage = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }

/** The platform with its first admin, as it is after the install, and browsers that keep their cookie. */
export async function startIdentity(t: TestContext) {
  const stop = new AbortController()
  t.after(() => stop.abort())
  const now = Date.now
  const deps = await openForTest(t, await onSqlite.place(t), now)
  const logged: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) })
  const lanes = passwordLanes()
  const onAccessChange = () => undefined
  const users = userStore({ ...deps, lanes, onAccessChange })
  await users.ensureAdmin({ email: adminEmail, password: oneTimePassword })
  const keys = identityKeys(newCaKey())
  const auth = createAuth({ ...deps, secret: keys.cookieSecret, log })
  const sessions = sessionStore({ ...deps, auth, onAccessChange })
  const secondFactors = secondFactorStore({ ...deps, keys })
  const activity = activityStore(deps)
  const failed = failedSignIns({ activity, now, log })
  const signInDeps = { users, auth, sessions, secondFactors, limit: attemptLimit({ now }), lanes, failed, activity }
  const rolesOf = async () => []
  const known = knownCallers({ tokens: { findByToken: async () => undefined }, users, rolesOf })
  const apiDeps = { ...signInDeps, signIn: signInWith(signInDeps), onAccessChange, rolesOf, callerOf: known.ofSession }
  const gate = createGate({
    methods: [known.byToken, known.bySession(sessionCookie({ find: sessions.find }))],
    limit: failureLimit({ now }),
    projectOf: async () => undefined,
    log,
  })
  const handlers = [
    ...sessionApi(apiDeps),
    ...secondFactorApi(apiDeps),
    ...userApi(apiDeps),
    handle(look, ({ caller }) => ({ seenBy: caller.name })),
  ]
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

const newCaKey = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey
