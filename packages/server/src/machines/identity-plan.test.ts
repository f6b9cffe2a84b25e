import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Claim, type IdentityRow, judgeClaim } from './identity-plan.ts'

const certificate = {
  ...{ name: 'w1', identityId: 'i1', machineId: null, isManager: false },
  ...{ issuedAtMs: 1_000, notAfterMs: 9_000 },
}
const claim: Claim = { certificate, machineId: 'id-1', saysManager: false }
const row: IdentityRow = {
  ...{ identityId: 'i1', name: 'w1', machineId: 'id-1', role: 'worker', roleAtMs: 500 },
  ...{ certificateEndsAtMs: 5_000, addedAtMs: 100, removedAtMs: null },
}
const other: IdentityRow = { ...row, identityId: 'i2', name: 'w2', machineId: 'id-2' }
const judge = (change: Partial<Claim>, rows: IdentityRow[]) => judgeClaim({ ...claim, ...change }, rows, 2_000)
const manager = { certificate: { ...certificate, isManager: true }, saysManager: true }
const mayManage = (change: Partial<Claim>, rows: IdentityRow[]) => {
  const judgement = judge(change, rows)
  return judgement.kind === 'admitted' && judgement.isManager
}

test('a known machine is let in, and what its certificate says is noted', () => {
  assert.deepEqual(judge({}, [row]), {
    kind: 'admitted',
    row: { ...row, certificateEndsAtMs: 9_000 },
    isManager: false,
    supersedes: [],
  })
})

test('another machine than the one it was bound to is refused', () => {
  assert.equal(judge({ machineId: 'id-9' }, [row]).kind, 'refused')
  const certain = { ...certificate, machineId: 'id-1' }
  assert.equal(judge({ certificate: certain, machineId: 'id-9' }, []).kind, 'refused')
})

test('a name or machine id that another has is refused', () => {
  assert.equal(judge({}, [{ ...other, name: 'w1' }]).kind, 'refused')
  assert.equal(judge({}, [{ ...other, machineId: 'id-1' }]).kind, 'refused')
})

test('what was left of a joining that never came about is no obstacle', () => {
  const judgement = judge({}, [{ ...other, name: 'w1', machineId: null }])
  assert.deepEqual(judgement.kind === 'admitted' && judgement.supersedes, ['i2'])
})

test('a certificate that names the machine itself settles whose the name is, as after an engine was set up anew', () => {
  const reissued = { ...certificate, identityId: 'i3', machineId: 'id-3' }
  const judgement = judge({ certificate: reissued, machineId: 'id-3' }, [row])
  assert.deepEqual(judgement.kind === 'admitted' && judgement.supersedes, ['i1'])
})

test('a removed machine is refused whatever else its certificate says', () => {
  const removed = { ...row, removedAtMs: 1_500 }
  assert.equal(judge({}, [removed]).kind, 'refused')
  assert.equal(judge({ certificate: { ...certificate, machineId: 'id-1' } }, [removed]).kind, 'refused')
})

test('only where machine, certificate and record agree does a manager speak for the cluster', () => {
  const promoted = { ...row, role: 'manager' as const }
  assert.equal(mayManage(manager, [promoted]), true)
  assert.equal(mayManage({ ...manager, saysManager: false }, [promoted]), false)
  assert.equal(mayManage({ saysManager: true }, [promoted]), false)
  assert.equal(mayManage(manager, [{ ...row, roleAtMs: 1_001 }]), false, 'It was demoted after that certificate')
  assert.equal(mayManage(manager, [{ ...row, roleAtMs: 999 }]), true, 'It was issued since: the record is the older')
  assert.equal(mayManage(manager, []), true, 'The first machine, and a database that was restored')
})
