import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CertificateKind, createClusterCa, issueCertificate } from '@berth/identity'
import { isValidIdentity, keptIdentity } from './machine-identity.ts'

const dayMs = 24 * 3_600_000
const now = new Date()
const ca = await createClusterCa({ now })
const issue = async (
  change: { commonName?: string; machineId?: string; days?: number; kind?: CertificateKind } = {},
) => {
  const { commonName = 'm1', machineId = 'node-1', days = 7, kind = 'manager' } = change
  const request = { ca, commonName, kind, identityId: 'i1', machineId, validMs: days * dayMs, now }
  return (await issueCertificate(request)).certPem
}
const expected = { caPem: ca.certPem, machine: { name: 'm1', nodeId: 'node-1' }, now }

test('a certificate of this CA and this machine that lasts is kept', async () => {
  assert.equal(isValidIdentity(await issue(), expected), true)
})

test('a certificate that the agent should have renewed by now is replaced, and is still of the same machine', async () => {
  const certPem = await issue({ days: 3 })
  assert.equal(isValidIdentity(certPem, expected), false)
  assert.equal(keptIdentity(certPem, expected), 'i1')
})

test('a certificate for another name, another machine of the cluster or a worker is replaced', async () => {
  for (const change of [{ commonName: 'm0' }, { machineId: 'node-0' }, { kind: 'machine' as const }]) {
    assert.equal(isValidIdentity(await issue(change), expected), false)
  }
  assert.equal(keptIdentity(await issue({ machineId: 'node-0' }), expected), undefined, 'That one is somebody else')
})

test('a certificate of another CA is replaced, and says nothing of who this machine is', async () => {
  const { certPem: caPem } = await createClusterCa({ now })
  assert.equal(isValidIdentity(await issue(), { ...expected, caPem }), false)
  assert.equal(keptIdentity(await issue(), { ...expected, caPem }), undefined)
})
