import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnyEndpoint, endpoints, PlatformError, type Role } from '@berth/contract'
import type { LightMyRequestResponse } from 'fastify'
import pino from 'pino'
import { activityStore } from '../activity/activity-store.ts'
import { appStore } from '../apps/app-store.ts'
import { createChanges } from '../changes.ts'
import { openDatabase } from '../database/open-database.ts'
import type { EndpointHandler } from '../http/endpoint-handler.ts'
import { serverMetrics } from '../http/metrics.ts'
import { rawRoutes } from '../http/raw-routes.ts'
import { createHttpApp } from '../http/serve-http.ts'
import { createPeople } from '../people.ts'
import { newCaKey } from '../sessions/test-identity.ts'
import type { TokenAccess } from '../tokens/token-row.ts'
import { quickPasswords } from '../users/test-passwords.ts'

export const password = 'correct horse battery'
export const host = 'berth.example.org'

export type TestUser = {
  email: string
  isAdmin?: boolean
  mustChangePassword?: boolean
  roles?: Record<string, Role>
}

type StoreDeps = Parameters<typeof appStore>[0]
export type Stores = StoreDeps & {
  apps: ReturnType<typeof appStore>
  activity: ReturnType<typeof activityStore>
  /** Aborts when the test ends. */
  signal: AbortSignal
}

type Options = {
  /** What answers beside what is about people; every other endpoint says that there is no cluster. */
  handlers?(stores: Stores): readonly EndpointHandler[]
  /** What is declared; all of the contract, unless a test says otherwise. */
  declared?: readonly AnyEndpoint[]
  recheckMs?: number
  now?: () => number
}

/** People and the gate as `main.ts` puts them together, on a database of its own. */
export async function startPlatform(t: { after(end: () => unknown): void }, options: Options = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-gate-'))
  const database = await openDatabase({ databasePath: join(folder, 'berth.db') })
  const stop = new AbortController()
  t.after(async () => {
    stop.abort()
    await app.close()
    await database.close()
    await rm(folder, { recursive: true })
  })
  const log = pino({ level: 'silent' })
  let ids = 0
  // Of the same length and in order, like real ones.
  const newId = () => `00000000-0000-7000-8000-${String(++ids).padStart(12, '0')}`
  const storeDeps = { database, newId, now: options.now ?? Date.now }
  const { signal } = stop
  const stores = { ...storeDeps, apps: appStore(storeDeps), activity: activityStore(storeDeps), signal }
  const accessChanges = createChanges()
  const people = createPeople({ ...stores, passwords: quickPasswords, accessChanges, caKeyPem: newCaKey(), log })

  const declared = options.declared ?? endpoints
  const real = [...people.handlers, ...(options.handlers?.(stores) ?? [])].filter(({ endpoint }) =>
    declared.includes(endpoint),
  )
  const faked = declared.filter((endpoint) => !real.some((handler) => handler.endpoint === endpoint))
  const reached: AnyEndpoint[] = []
  const noteReached = ({ endpoint, answer }: EndpointHandler): EndpointHandler => ({
    endpoint,
    answer: (request) => {
      reached.push(endpoint)
      return answer(request)
    },
  })
  const metrics = serverMetrics()
  const raw = rawRoutes({ metrics, version: '1.0.0' })
  const app = createHttpApp(
    {
      ...{ declared, rawRoutes: raw, gate: people.gate, metrics, log },
      handlers: [...real, ...faked.map(standIn)].map(noteReached),
      streamWatch: { accessChanges, recheckMs: options.recheckMs ?? 60_000 },
    },
    signal,
  )

  const passwordHash = await quickPasswords.hash(password)
  async function addUser({ email, isAdmin = false, mustChangePassword = false, roles = {} }: TestUser) {
    const id = newId()
    const flags = { isAdmin: isAdmin ? 1 : 0, mustChangePassword: mustChangePassword ? 1 : 0, lastSignInAtMs: null }
    const row = { id, email, passwordHash, ...flags, createdAtMs: Date.now() }
    await database.db.insertInto('users').values(row).execute()
    for (const [project, role] of Object.entries(roles)) await people.memberships.put({ project, userId: id, role })
    return id
  }

  type NewToken = { access?: TokenAccess; project?: string | null; expiresAtMs?: number | null }
  async function addToken(ownerId: string | null, { access = 'admin', project = null, expiresAtMs = null }: NewToken) {
    const row = { name: 'ci', createdBy: 'test', access, project, expiresAtMs, ownerId }
    return (await people.tokens.create(row)).token
  }

  let addresses = 0
  /** From an address of its own each time, so that no limit of an earlier request counts. */
  const injectionOf = (request: Request) => {
    const number = ++addresses
    const headers = { host, 'x-forwarded-for': `198.18.${number >> 8}.${number & 255}`, ...request.headers }
    return { ...request, remoteAddress: '10.0.0.1', headers }
  }
  const ask = (request: Request): Promise<LightMyRequestResponse> => app.inject(injectionOf(request))

  /** The first that a stream says, or all of an answer that is none. */
  async function askStream(request: Request): Promise<string> {
    const answer = await app.inject({ ...injectionOf(request), payloadAsStream: true })
    const isStream = String(answer.headers['content-type']).startsWith('text/event-stream')
    let said = ''
    for await (const chunk of answer.stream()) {
      said += String(chunk)
      if (isStream && said.includes('\n\n')) break // Which also leaves the stream.
    }
    return said
  }

  /** Signs in, and returns the cookie. */
  async function signIn(email: string, given = password): Promise<string> {
    const answer = await ask({ method: 'POST', url: '/v1/sign-in', payload: { email, password: given } })
    const cookie = answer.headers['set-cookie']
    if (answer.statusCode !== 200 || typeof cookie !== 'string') throw new Error(`No sign-in: ${answer.body}`)
    return cookie.split(';')[0] ?? ''
  }

  return {
    app,
    stores,
    people,
    accessChanges,
    raw,
    faked,
    reached,
    addUser,
    addToken,
    ask,
    askStream,
    signIn,
    db: database.db,
  }
}

export type TestPlatform = Awaited<ReturnType<typeof startPlatform>>
export type Request = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'
  url: string
  headers?: Record<string, string>
  payload?: object | string
}

export const byToken = (token: string) => ({ authorization: `Bearer ${token}` })
/** As a browser sends it from our own page. */
export const byCookie = (cookie: string) => ({ cookie, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })
/** As a browser sends it from the page of an app, which is the same site. */
export const byForeignPage = (cookie: string) => ({
  cookie,
  origin: `http://evil.${host}`,
  'sec-fetch-site': 'same-site',
})

const standIn = (endpoint: AnyEndpoint): EndpointHandler => ({
  endpoint,
  answer: () => {
    throw new PlatformError('engine_unavailable', 'There is no cluster here')
  },
})
