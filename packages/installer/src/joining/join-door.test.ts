import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { JoinSettings, JoinTicket } from '@berth/contract'
import { createClusterCa, issueCertificate, type KeyedCertificate } from '@berth/identity'
import { openJoinDoor } from './join-door.ts'
import { forwardRegistry } from './registry-forwarder.ts'

const settings: JoinSettings = {
  machine: 'worker1',
  role: 'worker',
  domain: 'localhost',
  httpPort: 80,
  version: '0.1.0',
  servers: ['10.0.0.1:7443'],
  images: { berth: '127.0.0.1:5000/berth:abc', edge: 'haproxy:3.2' },
}
const now = new Date()
let ca: KeyedCertificate
let other: KeyedCertificate
let ticket: JoinTicket
const heard: { method: string | undefined; url: string | undefined; authorization: string | undefined }[] = []
let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void = () => undefined
const servers: ReturnType<typeof createServer>[] = []

before(async () => {
  ca = await createClusterCa({ now })
  other = await createClusterCa({ now })
  ticket = { machine: 'worker1', servers: [await serve(ca)], caSha256: sha256(ca), secret: 'secret' }
})
after(() => {
  for (const server of servers) server.close()
})

test('the cluster of the token is asked with the secret', async () => {
  answer = (_, outgoing) => outgoing.end(JSON.stringify(settings))
  heard.length = 0
  const door = await openJoinDoor(ticket)
  assert.deepEqual(await door.settings(), settings)
  assert.deepEqual(heard, [{ method: 'GET', url: '/join', authorization: 'Bearer secret' }])
})

test('who has joined has the others try it, with nothing but the secret', async () => {
  const reached = { machine: 'worker1', isReached: true, others: 0, tries: [] }
  answer = (_, outgoing) => outgoing.end(JSON.stringify(reached))
  heard.length = 0
  assert.deepEqual(await (await openJoinDoor(ticket)).tryFromOthers(), reached)
  assert.deepEqual(heard, [{ method: 'POST', url: '/join/reachability', authorization: 'Bearer secret' }])
})

test('a token whose server cannot be understood is no token', async () => {
  await assert.rejects(openJoinDoor({ ...ticket, servers: ['fe80::1:7443'] }), { code: 'join_token_invalid' })
})

test('a server of another cluster is told nothing', async () => {
  heard.length = 0
  const impostor = { ...ticket, servers: [await serve(other)] }
  await assert.rejects(openJoinDoor(impostor), /is not the cluster of this token/)
  assert.deepEqual(heard, [])
})

test('one who shows the right CA beside a certificate that it did not sign is told nothing', async () => {
  heard.length = 0
  const impostor = { ...ticket, servers: [await serve(other, ca)] }
  await assert.rejects(async () => (await openJoinDoor(impostor)).settings())
  assert.deepEqual(heard, [])
})

test('a server that does not answer is passed over, and all are named when none does', async () => {
  answer = (_, outgoing) => outgoing.end(JSON.stringify(settings))
  const closed = await closedPort()
  const door = await openJoinDoor({ ...ticket, servers: [closed, ...ticket.servers] })
  assert.equal((await door.settings()).machine, 'worker1')
  await assert.rejects(openJoinDoor({ ...ticket, servers: [closed] }), new RegExp(`${closed}: ECONNREFUSED`))
})

test('a refusal is passed on in the words of the server', async () => {
  const problem = { code: 'join_token_invalid', detail: 'The token was used already', hint: 'Make a new one' }
  answer = (_, outgoing) => outgoing.writeHead(403).end(JSON.stringify(problem))
  const door = await openJoinDoor(ticket)
  const request = { csrPem: 'x', engineVersion: '20.10', architecture: 'x86_64' }
  await assert.rejects(door.redeem(request), {
    code: 'join_token_invalid',
    message: problem.detail,
    hint: problem.hint,
  })
})

test('an engine reads the registry through the door, and can write nothing', async () => {
  heard.length = 0
  answer = (_, outgoing) => outgoing.writeHead(200, { 'docker-content-digest': 'sha256:1' }).end('manifest')
  const forwarder = await forwardRegistry(await openJoinDoor(ticket), 0)
  try {
    const found = await ask(forwarder.port, 'GET')
    assert.deepEqual([found.statusCode, found.headers['docker-content-digest']], [200, 'sha256:1'])
    assert.equal(await text(found), 'manifest')
    assert.equal((await ask(forwarder.port, 'PUT')).statusCode, 405)
    assert.deepEqual(heard, [
      { method: 'GET', url: '/join/registry/v2/berth/manifests/abc', authorization: 'Bearer secret' },
    ])
  } finally {
    await forwarder.close()
  }
})

test('a taken port 5000 is said plainly', async () => {
  const taken = createHttpServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  await assert.rejects(
    forwardRegistry(await openJoinDoor(ticket), port),
    new RegExp(`Port ${port} of 127.0.0.1 is taken`),
  )
  taken.close()
})

async function serve(signer: KeyedCertificate, shown = signer): Promise<string> {
  const leaf = await issueCertificate({ ca: signer, commonName: 'berth-server', kind: 'server', validMs: 60_000, now })
  const server = createServer({ key: leaf.keyPem, cert: `${leaf.certPem}${shown.certPem}` }, (incoming, outgoing) => {
    heard.push({ method: incoming.method, url: incoming.url, authorization: incoming.headers.authorization })
    answer(incoming, outgoing)
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const sha256 = ({ certPem }: KeyedCertificate) =>
  createHash('sha256').update(new X509Certificate(certPem).raw).digest('hex')

async function closedPort(): Promise<string> {
  const server = createHttpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return `127.0.0.1:${port}`
}

const ask = (port: number, method: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: '/v2/berth/manifests/abc', method, agent: false }, resolve).once(
      'error',
      reject,
    )
  })
