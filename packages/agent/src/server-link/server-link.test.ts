import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { type Channel, type Heartbeat, openChannel, serverVerbs } from '@berth/contract'
import {
  createCertificateRequest,
  createClusterCa,
  createKeyPem,
  issueCertificate,
  serverTlsName,
  signCertificateRequest,
} from '@berth/identity'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ServerReach } from '../edge/server-reach.ts'
import { lapseWatch } from '../lapses.ts'
import type { Log } from '../log.ts'
import { readIdentity } from './identity-files.ts'
import { identityRenewal, renewalReason } from './identity-renewal.ts'
import { runServerLink } from './server-link.ts'
import { serverName } from './server-tls.ts'

const heartbeat: Heartbeat = {
  stats: {
    cpuRatio: 0,
    cpuMillis: 4000,
    load1: 0,
    load5: 0,
    memoryUsedBytes: 1,
    memoryTotalBytes: 2,
    diskUsedBytes: 1,
    diskTotalBytes: 2,
    swapUsedBytes: 0,
    networkReceivedBytes: 0,
    networkSentBytes: 0,
    diskReadBytes: 0,
    diskWrittenBytes: 0,
    outOfMemoryKills: 0,
    pressure: null,
  },
  sampledAtMs: 0,
  instances: [],
  edge: { fingerprint: null, error: null, countedAtMs: null, backends: [] },
}
const validMs = 3_600_000
const now = new Date()
const ca = await createClusterCa({ now })
const strangersCa = await createClusterCa({ now })
const folder = await mkdtemp(join(tmpdir(), 'berth-link-'))
after(() => rm(folder, { recursive: true }))

const issue = (commonName: string, kind: 'server' | 'machine', issuer = ca) =>
  issueCertificate({ ca: issuer, commonName, kind, validMs, now })

async function installIdentity(commonName: string, issuer = ca) {
  const { certPem, keyPem } = await issue(commonName, 'machine', issuer)
  await Promise.all([
    writeFile(join(folder, 'ca.pem'), ca.certPem),
    writeFile(join(folder, 'cert.pem'), certPem),
    writeFile(join(folder, 'key.pem'), keyPem),
  ])
}

type Linked = {
  machine: string
  serialNumber: string
  hello: { name: string }
  socket: WebSocket
  channel: Channel<Record<string, never>>
}

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

/** A server that counts: everything that agents did, to be awaited. */
async function startServer(issuer = ca, answerHello = async () => ({ serverId: 's1', isManager: true })) {
  const { certPem, keyPem } = await issue('berth-server', 'server', issuer)
  const https = createServer({
    ca: ca.certPem,
    cert: certPem,
    key: keyPem,
    requestCert: true,
    rejectUnauthorized: true,
  })
  const links = queue<Linked>()
  const beats = queue<Heartbeat>()
  const stirs = queue<string>()
  const renewals = queue<string>()
  const sockets = new WebSocketServer({ server: https, path: '/agent' })
  sockets.on('connection', (socket, request) => {
    const { subject, serialNumber } = (request.socket as TLSSocket).getPeerCertificate()
    const machine = String(subject.CN)
    const channel = openChannel({
      ours: serverVerbs,
      handlers: {
        async hello(hello) {
          const answer = await answerHello()
          links.push({ machine, serialNumber, hello, socket, channel })
          return answer
        },
        async heartbeat(beat) {
          beats.push(beat)
          return {}
        },
        async sparseHeartbeat(beat) {
          beats.push(beat)
          return {}
        },
        async renewCertificate({ csrPem }) {
          renewals.push(csrPem)
          const subject = { ca, commonName: machine, kind: 'machine' as const, validMs, now: new Date() }
          const { certPem: renewedPem } = await signCertificateRequest({ ...subject, csrPem })
          return { certPem: renewedPem }
        },
        async stirred() {
          stirs.push('stirred')
          return {}
        },
      },
      theirs: {},
      send: async (text) => socket.send(text),
      onError: () => {},
    })
    socket.on('message', (bytes) => channel.receive(bytes.toString()))
  })
  await new Promise<void>((listening) => https.listen(0, '127.0.0.1', listening))
  const stop = async () => {
    for (const socket of sockets.clients) socket.terminate()
    https.closeAllConnections()
    await new Promise((closed) => https.close(closed))
  }
  stops.push(stop)
  return { address: addressOf(https), links, beats, stirs, renewals, stop }
}

function addressOf(server: Server) {
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  return `127.0.0.1:${address.port}`
}

function queue<Item>() {
  const items: Item[] = []
  let arrived = () => {}
  return {
    push(item: Item) {
      items.push(item)
      arrived()
    },
    async next(): Promise<Item> {
      for (;;) {
        const item = items.shift()
        if (item) return item
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      }
    },
  }
}

type FakeServer = Awaited<ReturnType<typeof startServer>>

/** An agent's link to these servers; `said` are its log lines. */
const startLink = (...servers: Pick<FakeServer, 'address'>[]) => startBeating(servers)
/** Tells only what is hurried, within the time of a test. */
const startQuiet = (server: Pick<FakeServer, 'address'>) => startBeating([server], 3_600_000)

function startBeating(
  servers: Pick<FakeServer, 'address'>[],
  heartbeatMs?: number,
  renewal = { checkMs: 10, now: Date.now },
) {
  const stop = new AbortController()
  const said = queue<{ event: string; reason?: unknown }>()
  const listeners = new Set<() => void>()
  const stirListeners = new Set<() => void>()
  const reaches = queue<ServerReach>()
  const time = { nowMs: Date.now() }
  const lapses = lapseWatch(() => time.nowMs)
  const say: Log['info'] = (event, fields) => said.push({ event, ...fields })
  const ended = runServerLink(
    {
      identityFolder: folder,
      verbs: {},
      introduce: async () => ({
        addresses: servers.map(({ address }) => address),
        hello: { machineId: 'm1', version: '1', isManager: true },
        handlers: {},
      }),
      heartbeat: () => heartbeat,
      heartbeatMs,
      isManager: async () => true,
      renewal,
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      onStir(listener) {
        stirListeners.add(listener)
        return () => stirListeners.delete(listener)
      },
      onReach: reaches.push,
      lapses,
      log: { debug: say, info: say, warn: say, error: say },
    },
    stop.signal,
  )
  const end = async () => {
    stop.abort()
    await ended
  }
  stops.push(end)
  const standStill = () => {
    time.nowMs += 40_000
    lapses.count()
  }
  return { said, listeners, stirListeners, reaches, standStill, end }
}

let server: FakeServer
before(() => installIdentity('machine-1'))
beforeEach(async () => {
  server = await startServer()
})

test('expects the name that certificates of servers carry', () => {
  assert.equal(serverName, serverTlsName)
})

test('says hello under the name in its certificate, then beats', async () => {
  const link = startLink(server)
  const { machine, hello } = await server.links.next()
  assert.equal(machine, 'machine-1')
  assert.deepEqual(hello, { machineId: 'm1', version: '1', isManager: true, name: 'machine-1' })
  assert.deepEqual(await server.beats.next(), heartbeat)
  await link.end()
  await server.stop()
})

test('a change is told without waiting for the next heartbeat', async () => {
  const link = startQuiet(server)
  await server.beats.next()
  for (const changed of link.listeners) changed()
  await server.beats.next()
  await link.end()
  assert.equal(link.listeners.size, 0)
  await server.stop()
})

test('a stir is told at once, without a heartbeat', async () => {
  const link = startQuiet(server)
  await server.beats.next()
  for (const stirred of link.stirListeners) stirred()
  await server.stirs.next()
  await link.end()
  assert.equal(link.stirListeners.size, 0)
  await server.stop()
})

test('comes back by itself, with the certificate that lies there by then', async () => {
  const link = startLink(server)
  const first = await server.links.next()
  await installIdentity('machine-1-renewed')
  first.socket.terminate()
  const { machine } = await server.links.next()
  assert.equal(machine, 'machine-1-renewed')
  await installIdentity('machine-1')
  await link.end()
  await server.stop()
})

test('a certificate is renewed when half of its time is over, and the link is made anew with it', async () => {
  await installIdentity('machine-1')
  const before = await readFile(join(folder, 'cert.pem'), 'utf8')
  const clock = { nowMs: now.getTime() }
  const link = startBeating([server], undefined, { checkMs: 10, now: () => clock.nowMs })
  const first = await server.links.next()
  await server.beats.next()
  assert.equal(await readFile(join(folder, 'cert.pem'), 'utf8'), before, 'Not before it is due')
  clock.nowMs += validMs / 2
  await server.renewals.next()
  const second = await server.links.next()
  assert.notEqual(second.serialNumber, first.serialNumber)
  clock.nowMs = now.getTime()
  await link.end()
  await server.stop()
})

test('a machine that became a manager asks for a certificate that says so', async () => {
  const worker = await startServer(ca, async () => ({ serverId: 's1', isManager: false }))
  const link = startLink(worker)
  await worker.renewals.next()
  await worker.links.next()
  await link.end()
  await Promise.all([worker.stop(), server.stop()])
})

test('a certificate that does not fit the key is not taken', async () => {
  const identity = await readIdentity(folder)
  const other = createCertificateRequest(createKeyPem())
  const { certPem } = await signCertificateRequest({
    ca,
    csrPem: other,
    commonName: 'x',
    kind: 'machine',
    validMs,
    now,
  })
  const log = { warn: () => stop.abort() } as unknown as Log
  const stop = new AbortController()
  const keep = identityRenewal({ identityFolder: folder, isManager: async () => true, log, checkMs: 10 })
  await keep({ isTakenForManager: false, renew: async () => ({ certPem }) }, stop.signal)
  assert.ok(stop.signal.aborted)
  assert.deepEqual(await readIdentity(folder), identity)
  await server.stop()
})

test('goes on to the next server when the first is gone or stands by', async () => {
  const gone = await startServer()
  await gone.stop()
  const standby = await startServer(ca, () => Promise.reject(new Error('standby')))
  const link = startLink(gone, standby, server)
  assert.equal((await server.links.next()).machine, 'machine-1')
  await link.end()
  await Promise.all([standby.stop(), server.stop()])
})

test('after a standstill the link is made anew, as what still comes by the old one is of before', async () => {
  const link = startLink(server)
  await server.links.next()
  await server.beats.next()
  link.standStill()
  await server.links.next()
  assert.deepEqual(
    [await link.reaches.next(), await link.reaches.next(), await link.reaches.next()],
    ['linked', 'away', 'linked'],
  )
})

test('a server that refuses is away, and the machines are not silent', async () => {
  const link = startLink(server)
  assert.equal(await link.reaches.next(), 'linked')
  await server.stop()
  assert.deepEqual([await link.reaches.next(), await link.reaches.next()], ['away', 'away'])
})

test('tells nothing to a server that another authority vouches for', async () => {
  const stranger = await startServer(strangersCa)
  const link = startLink(stranger)
  const { event, reason } = await link.said.next()
  assert.equal(event, 'server_unreachable')
  assert.match(String(reason), /self.signed|unable to (verify|get)|signature/i)
  await link.end()
  await Promise.all([stranger.stop(), server.stop()])
})

test('a server that another machine plays with its own certificate is not believed', async () => {
  const { certPem, keyPem } = await issue('machine-2', 'machine')
  const https = createServer({ cert: certPem, key: keyPem })
  await new Promise<void>((listening) => https.listen(0, '127.0.0.1', listening))
  const link = startLink({ address: addressOf(https) })
  assert.match(String((await link.said.next()).reason), /purpose|altnames|does not match/i)
  await link.end()
  https.close()
  await server.stop()
})

test('a server that says something that is no frame is left', async () => {
  const link = startLink(server)
  const { socket } = await server.links.next()
  socket.send('GET / HTTP/1.1')
  assert.equal((await link.said.next()).event, 'server_linked')
  assert.match(String((await link.said.next()).reason), /no frame/)
  await link.end()
  await server.stop()
})

test('a new certificate is due at half time and when the role differs, but not again and again for a role', () => {
  const certificate = { issuedAtMs: 0, notAfterMs: 1_000_000 }
  const facts = { certificate, isManager: false, isTakenForManager: false, nowMs: 0, askedForRoleAtMs: -Infinity }
  assert.equal(renewalReason(facts), undefined)
  assert.equal(renewalReason({ ...facts, nowMs: 499_999 }), undefined)
  assert.equal(renewalReason({ ...facts, nowMs: 500_000 }), 'half_time')
  const promoted = { ...facts, isManager: true }
  assert.equal(renewalReason(promoted), 'role')
  assert.equal(renewalReason({ ...facts, isTakenForManager: true }), 'role')
  assert.equal(renewalReason({ ...promoted, askedForRoleAtMs: 0, nowMs: 59_999 }), undefined)
  assert.equal(renewalReason({ ...promoted, askedForRoleAtMs: 0, nowMs: 60_000 }), 'role')
})

test('stops also while it waits for a server', async () => {
  await server.stop()
  const link = startLink(server)
  await link.said.next()
  await link.end()
})
