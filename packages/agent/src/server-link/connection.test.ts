import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import { test } from 'node:test'
import { createClusterCa, issueCertificate } from '@berth/identity'
import { WebSocketServer } from 'ws'
import { connect } from './connection.ts'

const now = new Date()
const ca = await createClusterCa({ now })
const issue = (commonName: string, kind: 'server' | 'machine') =>
  issueCertificate({ ca, commonName, kind, validMs: 3_600_000, now })

test('a server that has gone silent is given up', async () => {
  const [theirs, ours] = await Promise.all([issue('berth-server', 'server'), issue('machine-1', 'machine')])
  const https = createServer({ cert: theirs.certPem, key: theirs.keyPem })
  const sockets = new WebSocketServer({ server: https, autoPong: false })
  await new Promise<void>((listening) => https.listen(0, '127.0.0.1', listening))
  const address = https.address()
  assert.ok(address && typeof address === 'object')

  const connection = await connect({
    address: `127.0.0.1:${address.port}`,
    identity: { ca: ca.certPem, cert: ours.certPem, key: ours.keyPem, name: 'machine-1' },
    silenceMs: 90,
  })
  connection.listen(() => {})
  assert.equal(await connection.closed, 'The server has gone silent')
  for (const socket of sockets.clients) socket.terminate()
  https.close()
})

test('a server that does not take the certificate is told apart from one that is away', async (t) => {
  const [theirs, ours] = await Promise.all([issue('berth-server', 'server'), issue('machine-1', 'machine')])
  const https = createServer({ cert: theirs.certPem, key: theirs.keyPem })
  https.on('upgrade', (_, socket) => socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n'))
  await new Promise<void>((listening) => https.listen(0, '127.0.0.1', listening))
  t.after(() => https.close())
  const address = https.address()
  assert.ok(address && typeof address === 'object')
  const identity = { ca: ca.certPem, cert: ours.certPem, key: ours.keyPem, name: 'machine-1' }
  await assert.rejects(connect({ address: `127.0.0.1:${address.port}`, identity }), /does not take the certificate/)
})
