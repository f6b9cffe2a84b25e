import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { JoinAnswer, JoinSettings } from '@berth/contract'
import { aMachine, fakeEngine } from '@berth/engine'
import { createCertificateRequest, createClusterCa, createKeyPem, readMachineCertificate } from '@berth/identity'
import pino from 'pino'
import { agentRegistry } from '../agents/agent-registry.ts'
import { serveAgents } from '../agents/serve-agents.ts'
import { onSqlite, openForTest } from '../database/test-databases.ts'
import { failureLimit } from '../gate/failure-limit.ts'
import { guessLimit } from '../gate/guess-limit.ts'
import { stoppedClock } from '../gate/test-clock.ts'
import { identityStore } from '../machines/identity-store.ts'
import { joinDoor } from './join-door.ts'
import { joinTokenStore } from './join-token-store.ts'
import { createJoining } from './joining.ts'

const hourMs = 3_600_000
const log = pino({ level: 'silent' })
const now = stoppedClock()
const ca = await createClusterCa({ now: new Date() })
const settings = { domain: 'localhost', httpPort: 80, version: '1', images: { berth: 'berth:1', edge: 'haproxy:3.2' } }
const layer = Buffer.alloc(300_000, 'layer')

/** A door with a registry behind it, and a cluster of one manager that holds the server. */
async function setUp(t: TestContext) {
  const deps = await openForTest(t, await onSqlite.place(t), now)
  const fake = fakeEngine({ machines: [aMachine({ holds: ['server'] })] })
  const [joinTokens, identities] = [joinTokenStore(deps), identityStore(deps)]
  const seen: string[] = []
  const registry = createServer((asked, response) => {
    seen.push(`${asked.method} ${asked.url} ${asked.headers.authorization ?? ''}`.trim())
    response.writeHead(200, { 'docker-content-digest': 'sha256:abc', 'x-internal': 'yes' }).end(layer)
  }).listen(0, '127.0.0.1')
  await once(registry, 'listening')
  const registryUrl = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`
  const activity = { add: async () => undefined as never }
  const cluster = { refresh: fake.engine.observe }
  const reachability = async ({ name }: { name: string }) => ({ machine: name, isReached: true, others: 0, tries: [] })
  const joining = createJoining({
    ...{ ca, joinTokens, identities, engine: fake.engine, cluster, activity, settings, reachability, now },
  })
  const guesses = guessLimit(failureLimit({ now }))
  const stop = new AbortController()
  const served = await serveAgents(
    {
      ...{ host: '127.0.0.1', port: 0, ca, serverId: 's1', registry: agentRegistry({ now }), identities, log },
      renewCertificate: () => Promise.reject(new Error('Not asked')),
      files: { source: () => assert.fail('asked'), database: () => assert.fail('asked') },
      door: joinDoor({ joining, guesses, registryUrl, log }),
    },
    stop.signal,
  )
  t.after(async () => {
    stop.abort()
    registry.close()
    await served.closed
  })
  const createToken = (change: { machine?: string; role?: 'worker' | 'manager'; expiresAtMs?: number } = {}) =>
    joinTokens.create({ machine: 'w1', role: 'worker', createdBy: 'ada', expiresAtMs: now() + hourMs, ...change })
  return { ask: asking(served.port), createToken, fake, identities, seen }
}

const asking =
  (port: number) =>
  async (method: string, path: string, { body, secret }: { body?: unknown; secret?: string } = {}) => {
    const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` }
    const asked = request({
      host: '127.0.0.1',
      port,
      ca: ca.certPem,
      servername: 'berth-server',
      method,
      path,
      headers,
    })
    asked.on('error', () => undefined)
    asked.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body))
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) }
  }

const codeOf = (answer: { body: string }) => JSON.parse(answer.body).code

function requestOf(secret: string, change: { machine?: string } = {}) {
  const keyPem = createKeyPem()
  const csrPem = createCertificateRequest(keyPem)
  return { secret, machine: 'w1', csrPem, engineVersion: '29.1.0', architecture: 'x86_64', ...change }
}

test('a machine joins without a certificate, and gets one for its own key', async (t) => {
  const { ask, createToken, identities } = await setUp(t)
  const { secret, row } = await createToken({ role: 'manager' })
  const looked = JoinSettings.parse(JSON.parse((await ask('GET', '/join', { secret })).body))
  assert.deepEqual(looked, { ...settings, machine: 'w1', role: 'manager', servers: ['10.0.0.1:7443'] })
  const answer = JoinAnswer.parse(JSON.parse((await ask('POST', '/join', { body: requestOf(secret) })).body))
  assert.deepEqual(answer.settings, looked)
  assert.deepEqual(answer.swarm, { joinToken: 'SWMTKN-manager-0', managerAddresses: ['10.0.0.1:2377'] })
  const said = readMachineCertificate(new X509Certificate(answer.certPem), { caPem: ca.certPem, nowMs: now() })
  assert.deepEqual([said?.name, said?.identityId], ['w1', row.id])
  assert.equal(said?.isManager, false, 'A manager only once the cluster says so')
  assert.equal((await identities.find('w1'))?.identityId, row.id)
})

test('the same key may ask again, another may not', async (t) => {
  const { ask, createToken } = await setUp(t)
  const { secret } = await createToken()
  const body = requestOf(secret)
  assert.equal((await ask('POST', '/join', { body })).status, 200)
  assert.equal((await ask('POST', '/join', { body })).status, 200)
  const other = await ask('POST', '/join', { body: requestOf(secret) })
  assert.deepEqual([other.status, codeOf(other)], [403, 'join_token_invalid'])
})

test('a machine that came as far as the swarm before it broke off can go on with its key', async (t) => {
  const { ask, createToken, fake } = await setUp(t)
  const { secret } = await createToken()
  const body = requestOf(secret)
  assert.equal((await ask('POST', '/join', { body })).status, 200)
  fake.setMachines([aMachine(), aMachine({ id: 'id-w1', name: 'w1', role: 'worker' })])
  assert.equal((await ask('POST', '/join', { body })).status, 200)
  assert.equal(codeOf(await ask('POST', '/join', { body: requestOf(secret) })), 'join_token_invalid')
})

test('a name that a living machine has is refused, and the token is not used up', async (t) => {
  const { ask, createToken, fake } = await setUp(t)
  const { secret } = await createToken()
  const [manager = aMachine()] = (await fake.engine.observe()).machines
  fake.setMachines([manager, aMachine({ id: 'id-w1', name: 'w1', role: 'worker' })])
  assert.equal(codeOf(await ask('POST', '/join', { body: requestOf(secret) })), 'machine_exists')
  fake.setMachines([manager])
  assert.equal((await ask('POST', '/join', { body: requestOf(secret) })).status, 200)
})

test('with its token a machine that has joined has the others try it, and nobody else has', async (t) => {
  const { ask, createToken, fake } = await setUp(t)
  const { secret } = await createToken()
  const tried = () => ask('POST', '/join/reachability', { secret })
  assert.equal(codeOf(await tried()), 'machine_not_found')
  fake.setMachines([aMachine(), aMachine({ id: 'id-w1', name: 'w1', role: 'worker' })])
  assert.equal(JSON.parse((await tried()).body).machine, 'w1')
  assert.equal(codeOf(await ask('POST', '/join/reachability', { secret: 'guessed' })), 'join_token_invalid')
})

test('while the cluster does not answer nothing is used up', async (t) => {
  const { ask, createToken, fake } = await setUp(t)
  const { secret } = await createToken()
  fake.outage.error = new Error('away')
  assert.equal((await ask('POST', '/join', { body: requestOf(secret) })).status, 500)
  fake.outage.error = undefined
  assert.equal((await ask('POST', '/join', { body: requestOf(secret) })).status, 200)
})

test('what is no request to join is refused in words, and too much is not read', async (t) => {
  const { ask, createToken } = await setUp(t)
  const { secret } = await createToken()
  const cases: [body: unknown, code: string][] = [
    ['', 'invalid_request'],
    ['{', 'invalid_request'],
    [{ ...requestOf(secret), csrPem: 'x' }, 'invalid_request'],
    [{ ...requestOf(secret), isManager: true }, 'invalid_request'],
    [requestOf(secret, { machine: '../w1' }), 'invalid_request'],
    [requestOf(secret, { machine: 'w2' }), 'join_token_invalid'],
    ['x'.repeat(200_000), 'request_too_large'],
  ]
  for (const [body, code] of cases) assert.equal(codeOf(await ask('POST', '/join', { body })), code)
})

test('Berth’s own images can be pulled with a token that is not used yet, layer by layer', async (t) => {
  const { ask, createToken, seen } = await setUp(t)
  const { secret } = await createToken()
  const path = `/join/registry/v2/berth/blobs/sha256:${'a'.repeat(64)}`
  const answer = await ask('GET', path, { secret })
  assert.equal(answer.body, layer.toString())
  assert.equal(answer.headers['docker-content-digest'], 'sha256:abc')
  assert.equal(answer.headers['x-internal'], undefined)
  assert.deepEqual(seen, [`GET ${path.slice('/join/registry'.length)}`], 'The secret goes no further')

  assert.equal(codeOf(await ask('GET', path)), 'join_token_invalid')
  assert.equal(codeOf(await ask('GET', path, { secret: 'wrong' })), 'join_token_invalid')
  await ask('POST', '/join', { body: requestOf(secret) })
  assert.equal(codeOf(await ask('GET', path, { secret })), 'join_token_invalid')
  assert.equal(seen.length, 1)
})

test('nothing of the registry but pulls of Berth’s own images is there', async (t) => {
  const { ask, createToken, seen } = await setUp(t)
  const { secret } = await createToken()
  const manifest = '/join/registry/v2/berth/manifests/abc'
  assert.equal((await ask('HEAD', manifest, { secret })).status, 200)
  assert.equal((await ask('GET', '/join/registry/v2/', { secret })).status, 200)
  assert.equal((await ask('GET', '/join/registry/v2/berth-edge/manifests/3.2', { secret })).status, 200)
  const paths = [
    ['PUT', manifest],
    ['DELETE', manifest],
    ['POST', '/join/registry/v2/berth/blobs/uploads/'],
    ['GET', '/join/registry/v2/_catalog'],
    ['GET', '/join/registry/v2/berth/tags/list'],
    ['GET', '/join/registry/v2/shop/manifests/1'],
    ['GET', '/join/registry/v2/berth-shop/manifests/1'],
    ['GET', '/join/registry/v2/berth/shop/manifests/1'],
    ['GET', '/join/registry/v2/berth/../shop/manifests/1'],
    ['GET', '/join/registry/v2/berth%2f..%2fshop/manifests/1'],
    ['GET', '/join/registry/v2/berth/manifests/abc?x=1'],
    ['GET', '/join/registry/debug'],
    ['GET', '/v2/berth/manifests/abc'],
    ['GET', '/join/'],
    ['PUT', '/join'],
    ['GET', '/v1/machines'],
  ] as const
  for (const [method, path] of paths)
    assert.equal((await ask(method, path, { secret })).status, 404, `${method} ${path}`)
  assert.equal(seen.length, 3)
})

test('who keeps guessing has to wait', async (t) => {
  const { ask } = await setUp(t)
  const codes: string[] = []
  for (let count = 0; count < 13; count++) codes.push(codeOf(await ask('GET', '/join', { secret: `guess-${count}` })))
  assert.equal(codes[0], 'join_token_invalid')
  assert.equal(codes.at(-1), 'rate_limited')
})
