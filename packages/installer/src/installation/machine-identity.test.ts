import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClusterCa, issueCertificate } from '@berth/identity'
import { isValidIdentity } from './machine-identity.ts'

const dayMs = 24 * 3_600_000
const now = new Date()
const ca = await createClusterCa({ now })
const issue = (commonName: string, days: number) =>
  issueCertificate({ ca, commonName, kind: 'manager', validMs: days * dayMs, now })
const expected = { caPem: ca.certPem, machineName: 'm1', now }

test('a certificate of this CA and this machine that lasts is kept', async () => {
  assert.equal(isValidIdentity((await issue('m1', 365)).certPem, expected), true)
})

test('a certificate that ends within two months is replaced', async () => {
  assert.equal(isValidIdentity((await issue('m1', 59)).certPem, expected), false)
})

test('a certificate for the machine’s former name is replaced', async () => {
  assert.equal(isValidIdentity((await issue('m0', 365)).certPem, expected), false)
})

test('a certificate of another CA is replaced', async () => {
  const { certPem: caPem } = await createClusterCa({ now })
  assert.equal(isValidIdentity((await issue('m1', 365)).certPem, { ...expected, caPem }), false)
})
