import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCaller } from '../gate/test-caller.ts'
import { type Asker, checkTokenRequest, isTheirs } from './token-plan.ts'
import type { TokenRow } from './token-row.ts'

const row: TokenRow = {
  ...{ id: 'one', name: 'ci', access: 'deploy', ownerId: 'ada', project: null, createdBy: 'ada' },
  ...{ createdAtMs: 0, expiresAtMs: null, lastUsedAtMs: null },
}
const ada = { ...testCaller('ada', 'deploy', ['shop']), kind: 'session', userId: 'ada' } as const
const session: Asker = { caller: ada, own: undefined }
const asToken = (own: TokenRow): Asker => ({
  caller: { ...testCaller('ci', own.access, own.project ? [own.project] : ['shop']), userId: 'ada', tokenId: own.id },
  own,
})
const wanted = { access: 'deploy', project: null, expiresAtMs: null } as const

test('a user sees their own tokens, an admin of the platform all', () => {
  assert.equal(isTheirs(row, session), true)
  assert.equal(isTheirs({ ...row, ownerId: 'bob' }, session), false)
  assert.equal(isTheirs({ ...row, ownerId: null }, session), false)
  const root: Asker = { caller: testCaller('root', 'admin'), own: undefined }
  assert.equal(isTheirs({ ...row, ownerId: null }, root), true)
})

test('a token sees itself and those of its owner that may do no more', () => {
  const asker = asToken(row)
  assert.equal(isTheirs(row, asker), true)
  assert.equal(isTheirs({ ...row, id: 'two', access: 'read', project: 'shop' }, asker), true)
  assert.equal(isTheirs({ ...row, id: 'two', access: 'admin' }, asker), false)
  const bound = asToken({ ...row, project: 'shop' })
  assert.equal(isTheirs({ ...row, id: 'two', project: null }, bound), false)
  assert.equal(isTheirs({ ...row, id: 'two', project: 'shop', ownerId: 'bob' }, bound), false)
})

test('nobody makes a token that may do more than they', () => {
  checkTokenRequest(wanted, session)
  checkTokenRequest({ ...wanted, project: 'shop' }, session)
  assert.throws(() => checkTokenRequest({ ...wanted, access: 'admin' }, session), /ada has "deploy", not "admin"/)
  assert.throws(() => checkTokenRequest({ ...wanted, access: 'admin', project: 'shop' }, session), {
    code: 'forbidden',
  })
  assert.throws(() => checkTokenRequest({ ...wanted, project: 'other' }, session), { code: 'project_not_found' })
})

test('a token for one project makes only such tokens', () => {
  const bound = asToken({ ...row, project: 'shop' })
  checkTokenRequest({ ...wanted, project: 'shop' }, bound)
  assert.throws(() => checkTokenRequest(wanted, bound), /good for project shop alone/)
  assert.throws(() => checkTokenRequest({ ...wanted, project: 'other' }, bound), { code: 'project_not_found' })
})

test('a token does not live on in one that it makes', () => {
  const dayMs = 24 * 3_600_000
  const short = asToken({ ...row, expiresAtMs: dayMs })
  checkTokenRequest({ ...wanted, expiresAtMs: dayMs }, short)
  for (const expiresAtMs of [null, dayMs + 1]) {
    assert.throws(() => checkTokenRequest({ ...wanted, expiresAtMs }, short), /outlive.*1970-01-02T00:00:00.000Z/)
  }
})
