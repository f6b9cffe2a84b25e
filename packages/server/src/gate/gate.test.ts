import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Access, type AnyEndpoint, accessLevels, defineEndpoint, endpoints } from '@berth/contract'
import fastify from 'fastify'
import pino from 'pino'
import { z } from 'zod'
import { includes, least } from './caller.ts'
import { failureLimit } from './failure-limit.ts'
import { createGate } from './gate.ts'
import { guard } from './guard.ts'
import { checkDeclaration } from './subject.ts'
import { testCaller } from './test-caller.ts'
import { stoppedClock } from './test-clock.ts'
import { restoreTables, tablesOf, withoutUse } from './test-database.ts'
import { appHandlers } from './test-handlers.ts'
import { byCookie, byToken, type Request, startPlatform } from './test-platform.ts'
import { leftOver, nameOf, requestFor, subject } from './test-requests.ts'
import { inviteVisitors, type Standing, type Visitor } from './test-visitors.ts'

const platform = await startPlatform({ after }, { handlers: appHandlers })
const visitors = await inviteVisitors(platform)
const tables = await tablesOf(platform.db)

/** What the gate is to say; null: it lets in, whatever is then said behind it. */
function expected({ access, on, method }: Pick<AnyEndpoint, 'access' | 'on' | 'method'>, { may }: Visitor) {
  if (access === 'anyone') return null
  if (may === 'not signed in') return 'unauthenticated'
  if (may === 'another page') return method === 'GET' ? null : 'forbidden'
  if (may.most === 'self') return access === 'self' ? null : 'password_change_required'
  if (!includes(may.most, access)) return 'forbidden'
  return expectedOn(access, on, may)
}

function expectedOn(access: Access, on: AnyEndpoint['on'], { isAdmin, there }: Standing) {
  if (on === 'visible') return null
  if (on === 'platform') return isAdmin || !includes(access, 'deploy') ? null : 'forbidden'
  if (there === null) return `${on}_not_found`
  return includes(there, access) ? null : 'forbidden'
}

/** The code with which the gate refused, or null where the request reached what answers it. */
async function knock(request: Request): Promise<{ refusal: string | null; body: string }> {
  const before = platform.reached.length
  const body = await platform.askStream(request)
  const isLetIn = platform.reached.length > before
  return { refusal: isLetIn ? null : JSON.parse(body).code, body }
}

test('only what is meant to be open is declared open', () => {
  const open = [...endpoints.filter(({ access }) => access === 'anyone').map(nameOf)]
  assert.deepEqual(open.toSorted(), [
    'GET /healthz',
    'POST /v1/hooks/:hook',
    'POST /v1/invitations/accept',
    'POST /v1/invitations/look',
    'POST /v1/login-requests',
    'POST /v1/login-requests/token',
    'POST /v1/sign-in',
  ])
  const closed = platform.raw.filter(({ access }) => access !== 'anyone').map(({ path }) => path)
  assert.deepEqual(closed.toSorted(), ['/metrics', '/v1/openapi.json'], 'All else are the files of the dashboard')
})

test('only what needs a cluster stands for itself in the walk', () => {
  assert.deepEqual(platform.faked.map(nameOf).toSorted(), [
    'DELETE /v1/machines/:machine',
    'GET /healthz',
    'GET /v1/images',
    'GET /v1/machines',
    'GET /v1/machines/:machine',
    'GET /v1/machines/:machine/role',
    'GET /v1/system',
    'PATCH /v1/machines/:machine/labels',
    'POST /v1/machines/join-tokens',
    'PUT /v1/machines/:machine/cordon',
    'PUT /v1/machines/:machine/role',
  ])
})

test('the walk asks about what is declared and nothing else', () => {
  assert.deepEqual(leftOver(), [])
})

for (const endpoint of endpoints) {
  test(`${nameOf(endpoint)}: "${endpoint.access}" on ${endpoint.on}, for every kind of visitor`, async () => {
    const asked = requestFor(endpoint)
    const { refused = [], letIn = [] } = Object.groupBy(visitors, (it) =>
      expected(endpoint, it) ? 'refused' : 'letIn',
    )
    for (const visitor of refused) {
      const { refusal, body } = await knock({ ...asked, headers: visitor.headers })
      assert.equal(refusal, expected(endpoint, visitor), `${visitor.name}: ${body}`)
    }
    const after = withoutUse(await tablesOf(platform.db))
    assert.deepEqual(after, withoutUse(tables), 'Who is refused changes nothing')

    // Where anyone may ask it is the same for all, and checking a password is slow.
    for (const visitor of endpoint.access === 'anyone' ? letIn.slice(0, 1) : letIn) {
      const { refusal, body } = await knock({ ...asked, headers: visitor.headers })
      assert.equal(refusal, null, `${visitor.name}: ${body}`)
      if (isStranger(visitor)) assert.doesNotMatch(body, /zebra/, visitor.name)
      if (endpoint.method !== 'GET') await restoreTables(platform.db, tables)
    }
  })
}

const isStranger = ({ may }: Visitor) => typeof may === 'object' && may.there === null

for (const endpoint of endpoints.filter(({ on }) => on === 'app' || on === 'project')) {
  test(`${nameOf(endpoint)} says of what a stranger may not know what it says of what does not exist`, async () => {
    const missing = { app: 'never-was', project: 'never-was' }
    for (const { name, headers } of visitors.filter(isStranger)) {
      const there = await knock({ ...requestFor(endpoint), headers })
      const nowhere = await knock({ ...requestFor(endpoint, missing), headers })
      assert.ok(there.refusal && nowhere.refusal, name)
      assert.equal(plain(there.body), plain(nowhere.body), name)
    }
  })
}

const plain = (body: string) => body.replace(/"requestId":"[^"]+"/, '').replaceAll(/zebra-\w+|never-was/g, 'it')

test('an app that a listing is asked for alone is not there for a stranger', async () => {
  for (const endpoint of endpoints.filter(({ query }) => query instanceof z.ZodObject && 'app' in query.shape)) {
    for (const { name, headers } of visitors.filter(isStranger)) {
      const [there, nowhere] = [
        await knock({ method: endpoint.method, url: `${endpoint.path}?app=${subject.app}`, headers }),
        await knock({ method: endpoint.method, url: `${endpoint.path}?app=never-was`, headers }),
      ]
      assert.equal(plain(there.body), plain(nowhere.body), `${nameOf(endpoint)} as ${name}`)
    }
  }
})

test('who may do everything in another project is told that there is no such thing, whatever they try', async () => {
  const stranger = visitors.find(({ name }) => name === 'stranger by session')
  assert.ok(stranger)
  for (const endpoint of endpoints.filter(({ on }) => on === 'app' || on === 'project')) {
    const { refusal } = await knock({ ...requestFor(endpoint), headers: stranger.headers })
    assert.equal(refusal, `${endpoint.on}_not_found`, nameOf(endpoint))
  }
})

for (const { path, access } of platform.raw) {
  test(`GET ${path}: "${access}", for every kind of visitor`, async () => {
    for (const visitor of visitors) {
      const { headers } = visitor
      const answer = await platform.ask({ method: 'GET', url: path.replace('*', 'x'), headers })
      const refusal = expected({ access, on: 'platform', method: 'GET' }, visitor)
      if (refusal) assert.equal(answer.json().code, refusal, visitor.name)
      else assert.ok(![401, 403].includes(answer.statusCode), `${visitor.name}: ${answer.statusCode}`)
    }
  })
}

const gets = endpoints
  .filter(({ method, stream }) => method === 'GET' && !stream)
  .map((endpoint) => requestFor(endpoint))

test('an upgrade to a WebSocket is let in like any request, and never for another page', async () => {
  const upgrade = { connection: 'upgrade', upgrade: 'websocket' }
  const [foreign] = visitors.filter(({ may }) => may === 'another page')
  const closed = endpoints.filter(({ method, access }) => method === 'GET' && access !== 'anyone')
  for (const endpoint of closed) {
    const asked = requestFor(endpoint)
    assert.equal((await knock({ ...asked, headers: { ...foreign?.headers, ...upgrade } })).refusal, 'forbidden')
    assert.equal((await knock({ ...asked, headers: upgrade })).refusal, 'unauthenticated')
  }
})

test('HEAD is let in like GET', async () => {
  for (const { url } of gets) {
    for (const { headers } of visitors) {
      const [get, head] = await Promise.all([
        platform.ask({ method: 'GET', url, headers }),
        platform.ask({ method: 'HEAD', url, headers }),
      ])
      assert.equal(head.statusCode, get.statusCode, url)
    }
  }
})

test('what is not a valid token opens nothing', async () => {
  const { addToken, ask } = platform
  const good = await addToken(null, {})
  const values = ['Bearer', 'Bearer ', `Basic ${good}`, good, `Bearer ${good} x`, '', `Bearer ${good.toUpperCase()}`]
  const tokens = ['__proto__', 'constructor', `${good},${good}`, 'x'.repeat(5_000), "' OR 1=1 --", good.slice(0, -1)]
  for (const authorization of [...values, ...tokens.map((token) => `Bearer ${token}`)]) {
    const answer = await ask({ method: 'GET', url: '/v1/apps', headers: { authorization } })
    assert.equal(answer.statusCode, 401, authorization)
  }
  assert.equal((await ask({ method: 'GET', url: '/v1/apps', headers: byToken(good) })).statusCode, 200)
  await restoreTables(platform.db, tables)
})

test('a level includes those below it and none above', () => {
  for (const [at, access] of accessLevels.entries()) {
    assert.deepEqual(
      accessLevels.filter((needed) => includes(access, needed)),
      accessLevels.slice(0, at + 1),
    )
    for (const other of accessLevels) assert.equal(includes(access, least(access, other)), true)
  }
})

test('addresses and methods that do not exist are closed too', async () => {
  const { app } = platform
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
    assert.equal((await platform.app.inject(url)).statusCode, 401, url)
  }
})

test('a 401 says how to sign in, in a header and in words', async () => {
  const answer = await platform.app.inject('/v1/apps')
  assert.equal(answer.headers['www-authenticate'], 'Bearer realm="berth"')
  assert.match(answer.json().hint, /berth login/)
})

test('a 403 says what is needed, what the caller has and who can change it', async () => {
  const as = (name: string) => visitors.find((it) => it.name === name)?.headers ?? {}
  const detail = async (method: 'POST' | 'GET', url: string, headers: Record<string, string>) => {
    const { code, detail, hint } = (await platform.ask({ method, url, headers, payload: {} })).json()
    assert.equal(code, 'forbidden')
    return `${detail}; ${hint}`
  }
  const stop = `/v1/apps/${subject.app}/stop`
  assert.match(
    await detail('POST', stop, as('reader by session')),
    /needs the access "deploy"; reader@\S+ has "read"; An/,
  )
  assert.match(
    await detail('POST', stop, as('a developer, to read')),
    /has "read"; Use a token with the access "deploy"/,
  )
  assert.match(
    await detail('GET', '/v1/users', as('chief by session')),
    /admins of the platform; chief@\S+ is none; Ask/,
  )
  const { addUser, signIn } = platform
  const email = 'both@example.org'
  await addUser({ email, roles: { other: 'admin', [subject.project]: 'reader' } })
  const both = byCookie(await signIn(email))
  assert.match(
    await detail('POST', stop, both),
    /needs the access "deploy" to project zebra-team; both@\S+ has "read"; An admin of project zebra-team/,
  )
  await restoreTables(platform.db, tables)
})

const log = pino({ level: 'silent' })
const noLimit = { waitMs: () => 0, failed: () => undefined, succeeded: () => undefined }
const gateWith = (deps: Partial<Parameters<typeof createGate>[0]>) =>
  createGate({ methods: [], limit: noLimit, projectOf: async () => undefined, log, ...deps })

test('a route that declares no access cannot be registered', () => {
  const open = fastify()
  guard(open, gateWith({}))
  assert.throws(() => open.get('/new', async () => 'hello'), /GET \/new declares no access/)
  assert.throws(() => open.get('/new', { config: { access: 'all' as Access } }, async () => 'hello'), /no access/)
  const config = { access: 'read', on: 'everything' as 'app' } as const
  assert.throws(() => open.get('/new', { config }, async () => 'hello'), /no access/)
})

test('an endpoint that is on something which no request of it names stops the start', () => {
  const base = { method: 'POST', access: 'read', summary: 'x', result: z.strictObject({}), errors: [] } as const
  const params = z.strictObject({ name: z.string() })
  const make = (on: 'app' | 'project') => defineEndpoint({ ...base, on, path: '/v1/x/:name', params })
  assert.throws(() => checkDeclaration(make('app')), /POST \/v1\/x\/:name is on app, but its requests name none/)
  assert.throws(() => checkDeclaration(make('project')), /is on project/)
  for (const endpoint of endpoints) checkDeclaration(endpoint)
})

test('the gate decides before the body is read', async () => {
  const payload = 'x'.repeat(2 * 1024 ** 2)
  const headers = { 'content-type': 'application/json' }
  assert.equal((await platform.app.inject({ method: 'POST', url: '/v1/apps', headers, payload })).statusCode, 401)
})

test('the first method that finds something decides', async () => {
  const found = testCaller('cookie', 'read')
  const gate = gateWith({ methods: [async () => 'absent', async () => found, async () => 'refused'] })
  const visitor = { method: 'GET', headers: {}, address: '', isSecure: false }
  assert.equal(await gate.admit(visitor, { access: 'read', on: 'platform' }), found)
})

test('whoever shows too many bad tokens must wait, and neither others nor those who are signed in', async () => {
  const gate = gateWith({
    methods: [async ({ headers }) => (headers.authorization ? 'refused' : testCaller('ann', 'read'))],
    limit: failureLimit({ now: () => 0, free: 2 }),
  })
  const ask = (address: string, headers: { authorization?: string }) =>
    gate.admit({ method: 'GET', headers, address, isSecure: false }, { access: 'read', on: 'platform' })
  const bad = { authorization: 'Bearer bad' }
  for (const _ of [1, 2, 3]) await assert.rejects(ask('203.0.113.1', bad), { code: 'unauthenticated' })
  await assert.rejects(ask('203.0.113.1', bad), { code: 'rate_limited', hint: /again in 1 s/ })
  await assert.rejects(ask('203.0.113.2', bad), { code: 'unauthenticated' })
  assert.equal((await ask('203.0.113.1', {})).name, 'ann')
})

test('an ended session is no guess that an address has to wait for', async () => {
  const failures: string[] = []
  const gate = gateWith({
    methods: [async () => 'ended'],
    limit: { ...noLimit, failed: (address) => void failures.push(address) },
  })
  const visitor = { method: 'GET', headers: {}, address: 'a', isSecure: false }
  await assert.rejects(gate.admit(visitor, { access: 'self', on: 'platform' }), /session has ended/)
  assert.deepEqual(failures, [])
})

test('what a visitor claims of its address is not believed', async (t) => {
  const { app } = await startPlatform(t, { now: stoppedClock() })
  const ask = (forwarded: string) =>
    app.inject({ url: '/v1/apps', headers: { ...byToken('bad'), 'x-forwarded-for': forwarded } })
  for (let count = 0; count <= 10; count++) await ask('203.0.113.7')
  assert.equal((await ask('203.0.113.8, 203.0.113.7')).statusCode, 429)
  assert.equal((await ask('203.0.113.7, 203.0.113.8')).statusCode, 401)
})
