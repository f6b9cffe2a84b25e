import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { PlatformError } from '@berth/contract'
import { aMachine, type ClusterState, type ObservedMachine } from '@berth/engine'
import { createCertificateRequest, createClusterCa, createKeyPem, describeMachineCertificate } from '@berth/identity'
import { certificateRenewal } from './certificate-renewal.ts'

const ca = await createClusterCa({ now: new Date() })
const csrPem = createCertificateRequest(createKeyPem())
const certificate = {
  ...{ name: 'w1', identityId: 'i1', machineId: null, isManager: false },
  ...{ issuedAtMs: 0, notAfterMs: 1 },
}
const { signal } = new AbortController()

function setUp(machines: ObservedMachine[] | undefined, { answers = true } = {}) {
  const state = machines && ({ services: [], instances: [], machines, reserved: {} } satisfies ClusterState)
  const noted: unknown[] = []
  const cluster = {
    refresh: async () => {
      if (!state || !answers) throw new PlatformError('engine_unavailable', 'No manager is connected')
      return state
    },
  }
  const identities = { renewed: async (...change: unknown[]) => void noted.push(change) }
  const renew = certificateRenewal({ ca, identities, cluster, now: Date.now })
  const ask = async (change: Partial<typeof certificate> = {}, csr = csrPem) => {
    const request = { certificate: { ...certificate, ...change }, machineId: 'id-w1', csrPem: csr }
    const { certPem } = await renew(request, signal)
    return describeMachineCertificate(new X509Certificate(certPem))
  }
  return { ask, noted }
}
const machine = aMachine({ id: 'id-w1', name: 'w1' })
const worker = { ...machine, role: 'worker' as const }

test('a machine stays who it is, and its certificate says from now on which machine that is', async () => {
  const { ask, noted } = setUp([worker])
  const said = await ask()
  assert.deepEqual([said.name, said.identityId, said.machineId, said.isManager], ['w1', 'i1', 'id-w1', false])
  assert.ok(said.notAfterMs - Date.now() > 6 * 24 * 3_600_000)
  assert.deepEqual(noted, [['i1', { role: 'worker', endsAtMs: said.notAfterMs }]])
})

test('whether it is a manager is what the cluster says, not what its certificate said', async () => {
  assert.equal((await setUp([worker]).ask({ isManager: true })).isManager, false)
  assert.equal((await setUp([machine]).ask()).isManager, true)
})

test('a machine that the cluster does not know gets none', async () => {
  await assert.rejects(setUp([aMachine()]).ask(), { code: 'forbidden' })
})

test('while no manager answers a worker stays one, and nobody becomes or stays a manager', async () => {
  const away = { answers: false }
  assert.equal((await setUp([machine], away).ask()).isManager, false)
  await assert.rejects(setUp([machine], away).ask({ isManager: true }), { code: 'engine_unavailable' })
})

test('what is no request for a certificate is refused', async () => {
  await assert.rejects(setUp([worker]).ask({}, 'x'), { code: 'invalid_request' })
})
