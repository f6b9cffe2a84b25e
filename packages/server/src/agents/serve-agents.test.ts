import assert from 'node:assert/strict'
import { randomBytes, X509Certificate } from 'node:crypto'
import { type EventEmitter, once } from 'node:events'
import { type FileHandle, mkdtemp, open as openFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, json, text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { type Hello, openChannel, PlatformError, serverFilePath, serverVerbs, type VerbHandlers } from '@berth/contract'
import { createClusterCa, issueCertificate, type KeyedCertificate } from '@berth/identity'
import pino from 'pino'
import { type ClientOptions, WebSocket } from 'ws'
import { openSource } from '../builds/open-source.ts'
import { aBuild } from '../builds/test-build.ts'
import type { JoinDoor } from '../joining/join-door.ts'
import type { RenewalRequest } from '../machines/certificate-renewal.ts'
import type { Claim } from '../machines/identity-plan.ts'
import { type AgentChange, agentRegistry, agentVerbs } from './agent-registry.ts'
import { serveAgents } from './serve-agents.ts'
import { idleStats } from './test-heartbeat.ts'

const hourMs = 3_600_000
const now = new Date()
const ca = await createClusterCa({ now })
const foreignCa = await createClusterCa({ now })
const log = pino({ level: 'silent' })

const stop = new AbortController()
after(() => stop.abort())
const registry = agentRegistry({ now: Date.now })
const removed = new Set<string>()
const identities = {
  admit: async ({ certificate, saysManager }: Claim) => ({ isManager: saysManager && certificate.isManager }),
  isRemoved: async (identityId: string) => removed.has(identityId),
}
const renewCertificate = async ({ certificate }: RenewalRequest) => ({ certPem: `for ${certificate.identityId}` })
const folder = await mkdtemp(join(tmpdir(), 'berth-agents-'))
after(() => rm(folder, { recursive: true }))
const archive = randomBytes(300_000)
await writeFile(join(folder, 'b1'), archive)
/** More than the network holds, so that it is not under way all at once. */
const largeBytes = 64 * 1024 ** 2
const opened: FileHandle[] = []
const builds = {
  find: async (id: string) => aBuild({ id, state: id === 'ended' ? 'failed' : 'running', machine: 'builder' }),
}
const sources = {
  async open(id: string) {
    const file = await openFile(join(folder, id), id.startsWith('large') ? 'w+' : 'r')
    if (id.startsWith('large')) await file.truncate(largeBytes)
    opened.push(file)
    return file
  },
}
const files = {
  source: openSource(builds, sources),
  database: async (id: string, { isManager }: { isManager: boolean }) =>
    isManager ? sources.open(id) : Promise.reject(new PlatformError('forbidden', 'Not a manager')),
}
const door: JoinDoor = async (_, response) => void response.writeHead(404).end('the door')
const options = {
  ...{ host: '127.0.0.1', port: 0, ca, serverId: 'server-1', registry, log, times: { silenceMs: 300 } },
  ...{ identities, renewCertificate, files, door },
}
const { port } = await serveAgents(options, stop.signal)

const issue = (
  commonName: string,
  request: {
    ca?: KeyedCertificate
    validMs?: number
    kind?: 'server' | 'machine' | 'manager'
    identityId?: string
  } = {},
) => issueCertificate({ ca, commonName, kind: 'manager', validMs: hourMs, now, ...request })

const open: WebSocket[] = []
after(() => {
  for (const socket of open) socket.terminate()
})

function dial(certificate: Partial<KeyedCertificate>, { path = '/agent', to = port } = {}) {
  const socket = new WebSocket(`wss://127.0.0.1:${to}${path}`, {
    ca: ca.certPem,
    cert: certificate.certPem,
    key: certificate.keyPem,
    servername: 'berth-server',
  } as ClientOptions)
  open.push(socket)
  return socket
}

/** One request that is no WebSocket. */
async function ask(certificate: Partial<KeyedCertificate>, asked: { method: string; path: string }) {
  const answer = await answerTo(certificate, asked)
  return { status: answer.statusCode, body: await text(answer) }
}

type Asked = { method?: string; path: string; range?: string; to?: number }

async function answerTo(
  { certPem: cert, keyPem: key }: Partial<KeyedCertificate>,
  { method = 'GET', path, range, to = port }: Asked,
): Promise<IncomingMessage> {
  const headers = range ? { range } : {}
  const tls = { ca: ca.certPem, cert, key, servername: 'berth-server' }
  const asked = request({ ...tls, host: '127.0.0.1', port: to, method, path, headers })
  asked.on('error', () => undefined)
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return answer
}

/** Greets as a machine of that name, whose link stays open. */
async function link(name: string, certificate: KeyedCertificate, to = port) {
  const socket = dial(certificate, { to })
  await (await agentOf(socket)).call('hello', helloOf(name))
  return socket
}

const sourceOf = (buildId: string) => serverFilePath({ kind: 'source', id: buildId })

type AgentHandlers = VerbHandlers<typeof agentVerbs>

/** Resolves with why the server did not let it in; fails if it did. */
function refusal(socket: WebSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => reject(new Error('Let in')))
    socket.once('error', (error) => resolve(error.message))
  })
}

const refuse = async () => Promise.reject(new Error('Not asked in this test'))
const refuseAll = Object.fromEntries(Object.keys(agentVerbs).map((verb) => [verb, refuse])) as unknown as AgentHandlers

async function agentOf(socket: WebSocket, handlers: Partial<AgentHandlers> = {}) {
  const channel = openChannel({
    ours: agentVerbs,
    handlers: { ...refuseAll, ...handlers },
    theirs: serverVerbs,
    send: async (text) => socket.send(text),
    onError: () => undefined,
  })
  socket.on('message', (text) => channel.receive(text.toString()))
  socket.on('close', () => channel.close('Closed'))
  socket.on('error', () => undefined)
  await once(socket, 'open')
  return channel
}

const helloOf = (name: string): Hello => ({ machineId: `id-${name}`, name, version: '1', isManager: true })

const nextChange = (kind: AgentChange['kind'], name: string) =>
  new Promise<AgentChange>((resolve) => {
    const end = registry.onChange((change) => {
      if (change.kind !== kind || change.agent.name !== name) return
      end()
      resolve(change)
    })
  })

test('a machine of the cluster is let in and can be asked', async () => {
  const socket = dial(await issue('one'))
  const channel = await agentOf(socket, { probeRoute: async ({ host }) => ({ status: 200, backend: host }) })
  assert.deepEqual(await channel.call('hello', helloOf('one')), { serverId: 'server-1', isManager: true })
  const agent = registry.find('id-one')
  assert.deepEqual(await agent?.channel.call('probeRoute', { host: 'a', path: '/' }), { status: 200, backend: 'a' })

  const gone = nextChange('gone', 'one')
  socket.close()
  await gone
  assert.equal(registry.find('id-one'), undefined)
})

const strangers: [who: string, certificate: () => Promise<Partial<KeyedCertificate>>][] = [
  ['no certificate', async () => ({})],
  ["another cluster's certificate", () => issue('one', { ca: foreignCa })],
  [
    'an expired certificate',
    () =>
      issueCertificate({
        ca,
        commonName: 'one',
        kind: 'machine',
        validMs: 1_000,
        now: new Date(now.getTime() - hourMs),
      }),
  ],
  ["a server's certificate", () => issue('berth-server', { kind: 'server' })],
]
for (const [who, certificate] of strangers) {
  test(`${who} does not get in`, async () => {
    assert.match(await refusal(dial(await certificate())), /401/)
  })

  test(`${who} gets nothing but the door, under any path`, async () => {
    const shown = await certificate()
    for (const path of ['/join', '/agent', '/healthz', '/v1/machines', sourceOf('b1')]) {
      for (const method of ['GET', 'POST']) {
        assert.equal((await ask(shown, { method, path })).body, 'the door')
        assert.match(await refusal(dial(shown, { path })), /401/)
      }
    }
  })
}

test('a TLS session that began without a certificate, and is taken up again, is still without one', async () => {
  const { promise: session, resolve } = Promise.withResolvers<Buffer>()
  const tls = { port, host: '127.0.0.1', ca: ca.certPem, servername: 'berth-server' }
  const first = connectTls(tls).once('session', resolve)
  first.on('error', () => undefined)
  const resumed = connectTls({ ...tls, session: await session })
  await once(resumed, 'secureConnect')
  assert.ok(resumed.isSessionReused(), 'or this test proves nothing')
  const key = Buffer.alloc(16).toString('base64')
  resumed.write(`GET /agent HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`)
  resumed.write(`Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`)
  const [answer] = await once(resumed, 'data')
  assert.match(String(answer), /^HTTP\/1.1 401/)
  for (const socket of [first, resumed]) socket.destroy()
})

test('the CA comes with the certificate of the server, to be compared with a fingerprint', async () => {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, servername: 'berth-server' })
  await once(socket, 'secureConnect')
  const { issuerCertificate } = socket.getPeerCertificate(true)
  assert.equal(issuerCertificate.fingerprint256, new X509Certificate(ca.certPem).fingerprint256)
  socket.destroy()
})

test('whoever was removed while they said hello is cut off', async () => {
  removed.add('gone')
  const socket = dial(await issue('late', { identityId: 'gone' }))
  const closed = once(socket, 'close')
  const channel = await agentOf(socket)
  await assert.rejects(channel.call('hello', helloOf('late')), { code: 'forbidden', message: /removed/ })
  await closed
  assert.equal(registry.find('id-late'), undefined)
})

test('a certificate is renewed for the identity of the connection, after its hello', async () => {
  const channel = await agentOf(dial(await issue('renewed', { identityId: 'i1' })))
  await assert.rejects(channel.call('renewCertificate', { csrPem: '' }), { code: 'forbidden' })
  await channel.call('hello', helloOf('renewed'))
  assert.deepEqual(await channel.call('renewCertificate', { csrPem: '' }), { certPem: 'for i1' })
})

test('there is nothing but the agents path', async () => {
  const certificate = await issue('one')
  for (const path of ['/', '/agent/x', '/agent?x', '/healthz']) {
    assert.match(await refusal(dial(certificate, { path })), /404/)
  }
})

test('an agent that claims another name than its certificate is refused and cut off', async () => {
  const socket = dial(await issue('two'))
  const closed = once(socket, 'close')
  const channel = await agentOf(socket)
  await assert.rejects(channel.call('hello', helloOf('one')), { code: 'forbidden' })
  await closed
  assert.equal(registry.find('id-one'), undefined)
})

test('nothing is heard of an agent before its hello', async () => {
  const channel = await agentOf(dial(await issue('three')))
  const shop = { name: 'shop-web-r1', up: 1, known: 1, inFlight: 0, requests: 0, errors: 0, lastCheck: null }
  const edge = { fingerprint: null, error: null, countedAtMs: null, backends: [shop] }
  const heartbeat = { stats: idleStats, sampledAtMs: 0, instances: [], edge }
  await assert.rejects(channel.call('heartbeat', heartbeat), { code: 'forbidden' })
  await assert.rejects(channel.call('stirred', {}), { code: 'forbidden' })
  await channel.call('hello', helloOf('three'))
  await assert.rejects(channel.call('sparseHeartbeat', heartbeat), { code: 'forbidden' })
  await channel.call('heartbeat', heartbeat)
  assert.deepEqual(registry.find('id-three')?.lastHeartbeat, heartbeat)
  await channel.call('sparseHeartbeat', { ...heartbeat, sampledAtMs: 5, edge: { ...edge, backends: [] } })
  assert.deepEqual(registry.find('id-three')?.lastHeartbeat, { ...heartbeat, sampledAtMs: 5 })
})

test('a newer connection replaces the older, whose socket is closed', async () => {
  const certificate = await issue('four')
  const older = dial(certificate)
  const olderClosed = once(older, 'close')
  await (await agentOf(older)).call('hello', helloOf('four'))
  const first = registry.find('id-four')
  await (await agentOf(dial(certificate))).call('hello', helloOf('four'))
  await olderClosed
  const second = registry.find('id-four')
  assert.ok(second)
  assert.notEqual(second, first)
})

test('an agent that is silent is taken for dead, and calls to it fail', async () => {
  const gone = nextChange('gone', 'five')
  const never = { describeInstance: () => new Promise<never>(() => undefined) }
  const channel = await agentOf(dial(await issue('five')), never)
  await channel.call('hello', helloOf('five'))
  const { agent } = await Promise.all([
    gone,
    assert.rejects(
      registry.find('id-five')?.channel.call('describeInstance', { instanceId: 'x' }) ?? Promise.resolve(),
      { code: /engine_unavailable/ },
    ),
  ]).then(([change]) => change)
  assert.equal(agent.name, 'five')
  assert.equal(registry.find('id-five'), undefined)
})

test('a frame that is not understood ends the connection', async () => {
  for (const frame of ['not json', Buffer.from([1, 2, 3])]) {
    const socket = dial(await issue('six'))
    const closed = once(socket, 'close')
    await once(socket, 'open')
    socket.send(frame)
    await closed
  }
})

test('the certificate is renewed while agents stay connected', { timeout: 10_000 }, async (t) => {
  const ownStop = new AbortController()
  t.after(() => ownStop.abort())
  const own = agentRegistry({ now: Date.now })
  const mayRenew = Promise.withResolvers<void>()
  let issued = 0
  // The first says that it ends now; the second lasts.
  const issueTwice = async () => {
    const isFirst = ++issued === 1
    if (!isFirst) await mayRenew.promise
    const certificate = await issue('berth-server', { kind: 'server' })
    return isFirst ? { ...certificate, notAfterMs: Date.now() } : certificate
  }
  const server = await serveAgents(
    { ...options, registry: own, issue: issueTwice, times: { silenceMs: 10_000 } },
    ownStop.signal,
  )
  const serial = async () => {
    const { certPem, keyPem } = await issue('seven')
    const socket = connectTls({
      port: server.port,
      host: '127.0.0.1',
      ca: ca.certPem,
      cert: certPem,
      key: keyPem,
      servername: 'berth-server',
    })
    await once(socket, 'secureConnect')
    const { serialNumber } = socket.getPeerCertificate()
    socket.destroy()
    return serialNumber
  }
  const first = await serial()
  await (await agentOf(dial(await issue('seven'), { to: server.port }))).call('hello', helloOf('seven'))
  mayRenew.resolve()
  while ((await serial()) === first) assert.ok(issued <= 2)
  assert.ok(own.find('id-seven'))
  ownStop.abort()
  await server.closed
})

test('a machine that only says that it is a manager is not asked about the cluster', async () => {
  const agent = await agentOf(dial(await issue('impostor', { kind: 'machine' })))
  await agent.call('hello', helloOf('impostor'))
  assert.equal(registry.find('id-impostor')?.isManager, false)
  const honest = await agentOf(dial(await issue('honest')))
  await honest.call('hello', helloOf('honest'))
  assert.equal(registry.find('id-honest')?.isManager, true)
})

test('the machine that builds is sent the source, whole or from where it asks on', async () => {
  const builder = await issue('builder')
  await link('builder', builder)
  const whole = await answerTo(builder, { path: sourceOf('b1') })
  assert.deepEqual([whole.statusCode, whole.headers['content-length']], [200, '300000'])
  assert.deepEqual(await buffer(whole), archive)
  const rest = await answerTo(builder, { path: sourceOf('b1'), range: 'bytes=299000-' })
  assert.deepEqual([rest.statusCode, rest.headers['content-range']], [206, 'bytes 299000-299999/300000'])
  assert.deepEqual(await buffer(rest), archive.subarray(299_000))
  const none = await answerTo(builder, { path: sourceOf('b1'), range: 'bytes=300000-' })
  assert.equal(none.statusCode, 400)
})

const source = sourceOf('b1')
const refusals: [claim: string, prepare: () => Promise<KeyedCertificate>, path: string][] = [
  ['the source is not sent to another machine than the one that builds', () => linked('other'), source],
  ['the source is not sent once its build has ended', () => linked('builder'), sourceOf('ended')],
  ['the source is not sent to a machine that is not linked', () => unlinked('builder'), source],
  ['the source is not sent to a machine that was removed', () => removedAfter('builder'), source],
  [
    'the database is not sent to a worker',
    () => linked('worker', 'machine'),
    serverFilePath({ kind: 'database', id: 'b1' }),
  ],
]
for (const [claim, prepare, path] of refusals) {
  test(claim, async () => {
    const answer = await answerTo(await prepare(), { path })
    assert.equal(answer.statusCode, 403)
    assert.equal(((await json(answer)) as { code: string }).code, 'forbidden')
  })
}

async function linked(name: string, kind: 'manager' | 'machine' = 'manager') {
  const certificate = await issue(name, { kind })
  await link(name, certificate)
  return certificate
}

async function unlinked(name: string) {
  registry.cut(`id-${name}`, 'For this test')
  return issue(name)
}

/** The link is another certificate's, as if the removal had not reached it yet. */
async function removedAfter(name: string) {
  await linked(name)
  removed.add('ended')
  return issue(name, { identityId: 'ended' })
}

/** In the middle of a source that is larger than what the network holds. */
async function halfWay(id: string, to = port) {
  const builder = await issue('builder')
  const socket = await link('builder', builder, to)
  // Or the link would be taken for dead.
  const beat = setInterval(() => socket.ping(), 50)
  after(() => clearInterval(beat))
  const answer = await answerTo(builder, { path: sourceOf(id), to })
  await once(answer, 'readable')
  return { answer, file: opened.at(-1) ?? assert.fail('not opened') }
}

/** The types of Node leave out that a file tells it. */
const closeOf = (file: FileHandle) => once(file as unknown as EventEmitter, 'close')

test('a machine that is cut off in the middle is sent no more, and the file is closed', async () => {
  const { answer, file } = await halfWay('large-cut')
  const closed = closeOf(file)
  registry.cut('id-builder', 'It was removed')
  await assert.rejects(buffer(answer))
  await closed
})

test('the file is closed when whoever asked for it wants it no more', async () => {
  const { answer, file } = await halfWay('large-cancelled')
  const closed = closeOf(file)
  answer.destroy()
  await closed
})

test('a file that becomes shorter while it is sent breaks off', async () => {
  const { answer, file } = await halfWay('large-shorter')
  await file.truncate(largeBytes / 2)
  await assert.rejects(buffer(answer))
})

test('a server that stops ends what it sends', async () => {
  const ownStop = new AbortController()
  const server = await serveAgents(options, ownStop.signal)
  const { answer, file } = await halfWay('large-stop', server.port)
  const closed = closeOf(file)
  ownStop.abort()
  await assert.rejects(buffer(answer))
  await Promise.all([closed, server.closed])
})

test('what nothing is taken of is not held open for ever', async (t) => {
  const ownStop = new AbortController()
  t.after(() => ownStop.abort())
  const server = await serveAgents({ ...options, times: { stallMs: 100 } }, ownStop.signal)
  const { answer, file } = await halfWay('large-stall', server.port)
  await closeOf(file)
  await assert.rejects(buffer(answer))
})
