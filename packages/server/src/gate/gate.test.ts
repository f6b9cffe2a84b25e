import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Access, accessLevels, endpoints } from '@berth/contract'
import fastify from 'fastify'
import pino from 'pino'
import type { EndpointHandler } from '../http/endpoint-handler.ts'
import { serverMetrics } from '../http/metrics.ts'
import { rawRoutes } from '../http/raw-routes.ts'
import { createHttpApp } from '../http/serve-http.ts'
import { type Caller, may } from './caller.ts'
import { type FailureLimit, failureLimit } from './failure-limit.ts'
import { createGate } from './gate.ts'
import { guard } from './guard.ts'
import { bearerToken } from './identification.ts'

const callers: Record<string, Caller> = {
  'read-token': { name: 'reader', access: 'read' },
  'deploy-token': { name: 'deployer', access: 'deploy' },
  'admin-token': { name: 'admin', access: 'admin' },
}
const identify = async (token: string) => (Object.hasOwn(callers, token) ? callers[token] : undefined)

const noLimit: FailureLimit = { waitMs: () => 0, failed: () => undefined, succeeded: () => undefined }
const log = pino({ level: 'silent' })
const metrics = serverMetrics()
const raw = rawRoutes({ metrics, version: '1.0.0' })

const stop = new AbortController()
after(() => stop.abort())

/** Handlers that only note that they were reached. */
const reached: string[] = []
const handlers = endpoints.map(
  (endpoint): EndpointHandler => ({
    endpoint,
    answer: () => {
      reached.push(endpoint.path)
      throw new Error('Reached')
    },
  }),
)

function createApp(limit = noLimit) {
  const gate = createGate({ methods: [bearerToken(identify)], limit, log })
  return createHttpApp({ handlers, rawRoutes: raw, gate, metrics, log }, stop.signal)
}
const app = createApp()

type Door = { method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path: string; access: Access }
const doors: Door[] = [...endpoints, ...raw.map(({ path, access }) => ({ method: 'GET' as const, path, access }))]

const knock = ({ method, path }: Door, headers: Record<string, string> = {}) =>
  app.inject({ method, url: path.replace(/:(\w+)/g, 'x'), headers })

test('only what is meant to be open is declared open', () => {
  const open = doors.filter(({ access }) => access === 'anyone').map(({ path }) => path)
  assert.deepEqual(open.toSorted(), ['/', '/healthz'])
})

for (const door of doors) {
  const name = `${door.method} ${door.path}`

  test(`${name} lets in whoever has "${door.access}", and nobody else`, async () => {
    const visitors = [undefined, 'read-token', 'deploy-token', 'admin-token']
    for (const token of visitors) {
      const caller = token ? callers[token] : undefined
      const { statusCode } = await knock(door, token ? { authorization: `Bearer ${token}` } : {})
      const isLetIn = door.access === 'anyone' || (caller !== undefined && may(caller, door.access))
      if (isLetIn) assert.ok(statusCode !== 401 && statusCode !== 403, `${token}: ${statusCode}`)
      else assert.equal(statusCode, caller ? 403 : 401, `${token}`)
    }
  })

  if (door.access === 'anyone') continue
  test(`${name} is closed to what is not a valid token`, async () => {
    const before = reached.length
    const values = ['Bearer expired', 'Bearer', 'Bearer ', 'Basic YTpi', 'read-token', 'Bearer read-token x', '']
    const tokens = ['__proto__', 'constructor', 'read-token,admin-token', 'x'.repeat(5_000), "' OR 1=1 --"]
    for (const authorization of [...values, ...tokens.map((token) => `Bearer ${token}`)]) {
      const { statusCode } = await knock(door, { authorization })
      assert.equal(statusCode, 401, authorization)
    }
    assert.equal(reached.length, before)
  })
}

test('a level includes those below it and none above', () => {
  for (const [at, access] of accessLevels.entries()) {
    const allowed = accessLevels.filter((needed) => may({ name: 'x', access }, needed))
    assert.deepEqual(allowed, accessLevels.slice(0, at + 1))
  }
})

test('addresses and methods that do not exist are closed too', async () => {
  assert.equal((await app.inject('/v1/nothing')).statusCode, 401)
  assert.equal((await app.inject({ method: 'PUT', url: '/v1/apps' })).statusCode, 401)
  assert.equal((await app.inject({ method: 'OPTIONS', url: '/v1/apps' })).statusCode, 401)
})

test('an encoded or doubled slash does not lead around it', async () => {
  for (const url of [
    '/v1%2fapps',
    '//v1/apps',
    '/v1//apps',
    '/healthz/../v1/apps',
    '/healthz%2f..%2fv1/apps',
    '/V1/apps',
  ]) {
    assert.equal((await app.inject(url)).statusCode, 401, url)
  }
})

test('a 401 says how to sign in, in a header and in words', async () => {
  const answer = await app.inject('/v1/apps')
  assert.equal(answer.headers['www-authenticate'], 'Bearer realm="berth"')
  assert.match(answer.json().hint, /berth login/)
})

test('a 403 says what is needed and what the caller has', async () => {
  const answer = await app.inject({ method: 'POST', url: '/v1/apps', headers: { authorization: 'Bearer read-token' } })
  assert.equal(answer.json().code, 'forbidden')
  assert.match(answer.json().detail, /needs the access "deploy"; reader has "read"/)
})

test('a route that declares no access cannot be registered', () => {
  const open = fastify()
  guard(open, createGate({ methods: [], limit: noLimit, log }))
  assert.throws(() => open.get('/new', async () => 'hello'), /GET \/new declares no access/)
  assert.throws(() => open.get('/new', { config: { access: 'all' as Access } }, async () => 'hello'), /no access/)
})

test('the gate decides before the body is read', async () => {
  const payload = 'x'.repeat(2 * 1024 ** 2)
  const headers = { 'content-type': 'application/json' }
  assert.equal((await app.inject({ method: 'POST', url: '/v1/apps', headers, payload })).statusCode, 401)
})

test('the first method that finds something decides', async () => {
  const gate = createGate({
    methods: [async () => 'absent', async () => ({ name: 'cookie', access: 'read' }), async () => 'refused'],
    limit: noLimit,
    log,
  })
  assert.deepEqual(await gate.admit({ headers: {}, address: '' }, 'read'), { name: 'cookie', access: 'read' })
})

test('whoever shows too many bad tokens must wait, and nobody else', async () => {
  const limited = createApp(failureLimit({ now: () => 0, free: 2 }))
  const ask = (token: string, visitor: string) =>
    limited.inject({ url: '/v1/apps', headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': visitor } })

  for (const _ of [1, 2, 3]) assert.equal((await ask('bad', '203.0.113.1')).statusCode, 401)
  const refused = await ask('bad', '203.0.113.1')
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.json().code, 'rate_limited')
  assert.match(refused.json().hint, /again in 1 s/)
  assert.equal((await ask('bad', '203.0.113.2')).statusCode, 401)
  assert.equal(
    (await ask('bad', '203.0.113.2, 203.0.113.1')).statusCode,
    429,
    'What the visitor claims is not believed',
  )
})
