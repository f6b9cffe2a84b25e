import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { before, test } from 'node:test'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { type IssuedCertificate, issueCertificate } from './certificate.ts'
import { createClusterCa } from './cluster-ca.ts'
import type { KeyedCertificate } from './key-pair.ts'

const dayMs = 24 * 3_600_000
const now = new Date()
let ca: KeyedCertificate
let server: IssuedCertificate
let machine: IssuedCertificate

before(async () => {
  ca = await createClusterCa({ now })
  server = await issueCertificate({ ca, commonName: 'berth-server', kind: 'server', validMs: dayMs, now })
  machine = await issueCertificate({ ca, commonName: 'm1', kind: 'machine', validMs: dayMs, now })
})

test('the CA signs what it issues, and is the only one marked as a CA', () => {
  const root = new X509Certificate(ca.certPem)
  const leaf = new X509Certificate(machine.certPem)
  assert.equal(root.ca, true)
  assert.equal(leaf.ca, false)
  assert.equal(root.verify(root.publicKey), true)
  assert.equal(leaf.verify(root.publicKey), true)
  assert.equal(leaf.checkIssued(root), true)
})

test('a certificate says who it is for, what it may do and until when', () => {
  const leaf = new X509Certificate(server.certPem)
  assert.equal(leaf.subject, 'CN=berth-server')
  assert.equal(leaf.subjectAltName, 'DNS:berth-server, DNS:localhost')
  assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  assert.equal(leaf.validToDate.getTime(), server.notAfterMs)
  const client = new X509Certificate(machine.certPem)
  assert.deepEqual(client.keyUsage, ['1.3.6.1.5.5.7.3.2'])
  assert.equal(client.subjectAltName, undefined)
})

test('a name with the signs of a distinguished name stays one common name', async () => {
  const commonName = 'm1,O=evil+CN=other'
  const odd = await issueCertificate({ ca, commonName, kind: 'machine', validMs: dayMs, now })
  assert.equal(new X509Certificate(odd.certPem).toLegacyObject().subject.CN, commonName)
})

test('serial numbers differ, and so do two CAs of the same moment', async () => {
  const other = await createClusterCa({ now })
  const serials = [ca, server, machine, other].map(({ certPem }) => new X509Certificate(certPem).serialNumber)
  assert.equal(new Set(serials).size, serials.length)
})

test('a machine and a server of one cluster shake hands, and the server learns the machine’s name', async () => {
  assert.deepEqual(await handshake({ client: machine }), { ok: true, commonName: 'm1' })
})

test('a machine of another cluster is refused', async () => {
  const foreign = await createClusterCa({ now })
  const stranger = await issueCertificate({ ca: foreign, commonName: 'm1', kind: 'machine', validMs: dayMs, now })
  assert.equal((await handshake({ client: stranger })).ok, false)
})

test('a machine does not talk to a server of another cluster', async () => {
  const foreign = await createClusterCa({ now })
  assert.equal((await handshake({ client: machine, trusted: foreign })).ok, false)
})

test('a machine certificate cannot pose as the server, nor a server certificate as a machine', async () => {
  assert.equal((await handshake({ client: machine, serving: machine })).ok, false)
  assert.equal((await handshake({ client: server })).ok, false)
})

test('an expired certificate is refused', async () => {
  const past = new Date(now.getTime() - 2 * dayMs)
  const expired = await issueCertificate({ ca, commonName: 'm1', kind: 'machine', validMs: dayMs, now: past })
  assert.equal((await handshake({ client: expired })).ok, false)
})

/** One connection over loopback, seen from the side of the server. */
async function handshake(sides: { client: KeyedCertificate; serving?: KeyedCertificate; trusted?: KeyedCertificate }) {
  const { client, serving = server, trusted = ca } = sides
  const listener = createServer({ key: serving.keyPem, cert: serving.certPem, ca: ca.certPem, requestCert: true })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'berth-server',
    key: client.keyPem,
    cert: client.certPem,
    ca: trusted.certPem,
  })
  const outcome = new Promise<{ ok: boolean; commonName?: unknown }>((resolve) => {
    listener.once('secureConnection', (peer: TLSSocket) =>
      resolve({ ok: true, commonName: peer.getPeerCertificate().subject.CN }),
    )
    listener.once('tlsClientError', () => resolve({ ok: false }))
    socket.once('error', () => resolve({ ok: false }))
  })
  try {
    return await outcome
  } finally {
    socket.destroy()
    listener.close()
  }
}
