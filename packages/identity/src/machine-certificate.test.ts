import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { issueCertificate, signCertificateRequest } from './certificate.ts'
import { readCertificateRequest } from './certificate-request.ts'
import { createClusterCa } from './cluster-ca.ts'
import { certificateSha256, readMachineCertificate } from './machine-certificate.ts'
import { createCertificateRequest, createKeyPem } from './machine-key.ts'

const hourMs = 3_600_000
const now = new Date()
const ca = await createClusterCa({ now })
const common = { ca, commonName: 'm1', validMs: hourMs, now }
const read = (certPem: string, { caPem = ca.certPem, nowMs = now.getTime() } = {}) =>
  readMachineCertificate(new X509Certificate(certPem), { caPem, nowMs })

test('a request is answered with a certificate for its key, which never left the machine', async () => {
  const keyPem = createKeyPem()
  const csrPem = createCertificateRequest(keyPem)
  const signed = await signCertificateRequest({ ...common, csrPem, kind: 'machine', identityId: 'i1' })
  assert.ok(!('keyPem' in signed))
  assert.ok(new X509Certificate(signed.certPem).checkPrivateKey(createPrivateKey(keyPem)))
  assert.equal(read(signed.certPem)?.name, 'm1', 'Said by who signs and not by who asks')
})

test('a request that was tampered with, or is none, is refused', async () => {
  const csrPem = createCertificateRequest(createKeyPem())
  const lines = csrPem.trim().split('\n')
  const body = Buffer.from(lines.slice(1, -1).join(''), 'base64')
  body.writeUInt8(body.readUInt8(60) ^ 1, 60) // Within the public key.
  const tampered = [lines[0], body.toString('base64'), lines.at(-1)].join('\n')
  for (const wrong of [tampered, '', 'x', ca.certPem]) {
    await assert.rejects(readCertificateRequest(wrong), TypeError)
    await assert.rejects(signCertificateRequest({ ...common, csrPem: wrong, kind: 'machine' }), TypeError)
  }
})

test('a certificate says who the machine is, over all of its certificates', async () => {
  const issue = (machineId?: string) => issueCertificate({ ...common, kind: 'manager', identityId: 'i1', machineId })
  const first = read((await issue()).certPem)
  assert.deepEqual([first?.identityId, first?.machineId, first?.isManager], ['i1', null, true])
  assert.ok(Math.abs((first?.issuedAtMs ?? 0) - now.getTime()) < 1_000)
  const second = read((await issue('id-1')).certPem)
  assert.deepEqual([second?.identityId, second?.machineId], ['i1', 'id-1'])
})

test('only what this CA gave a machine, and what is valid now, counts', async () => {
  const { certPem } = await issueCertificate({ ...common, kind: 'machine' })
  const { certPem: foreignPem } = await createClusterCa({ now })
  const server = await issueCertificate({ ...common, kind: 'server' })
  assert.ok(read(certPem))
  assert.equal(read(certPem, { caPem: foreignPem }), undefined)
  assert.equal(read(certPem, { nowMs: now.getTime() + hourMs }), undefined)
  assert.equal(read(certPem, { nowMs: now.getTime() - hourMs }), undefined)
  assert.equal(read(server.certPem), undefined)
  assert.equal(read(ca.certPem), undefined)
})

test('a name or an id with the signs of a distinguished name adds nothing to it', async () => {
  const odd = { ...common, commonName: 'm1\nOU=manager', identityId: 'i1\nOU=manager', machineId: 'x\nCN=other' }
  const said = read((await issueCertificate({ ...odd, kind: 'machine' })).certPem)
  assert.equal(said?.isManager, false)
  assert.equal(said?.name, odd.commonName)
})

test('a CA is known by the fingerprint of its certificate', async () => {
  assert.match(certificateSha256(ca.certPem), /^[0-9a-f]{64}$/)
  assert.notEqual(certificateSha256(ca.certPem), certificateSha256((await createClusterCa({ now })).certPem))
})
