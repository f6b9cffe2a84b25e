import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Role } from '@berth/contract'
import type { TokenRow } from '../tokens/token-row.ts'
import type { UserRow } from '../users/user-row.ts'
import { sessionCaller, tokenCaller, tokenStanding, userStanding } from './standing.ts'

const ada: UserRow = {
  ...{ id: 'ada', email: 'ada@example.org', isAdmin: false, isBlocked: false, mustChangePassword: false },
  ...{ hasSecondFactor: false, lastSignInAtMs: null, createdAtMs: 0 },
}
const ci: TokenRow = {
  ...{ id: 'ci', name: 'ci', access: 'admin', ownerId: 'ada', project: null, createdBy: ada.email },
  ...{ createdAtMs: 0, expiresAtMs: null, lastUsedAtMs: null },
}
const role = (name: string, role: Role) => ({ name, role })
const roles = [role('shop', 'developer'), role('blog', 'reader')]

test('a user may do in each project what their role there says, and know of no other', () => {
  const { access, isAdmin, accessTo } = userStanding(ada, [...roles, role('wiki', 'admin')])
  assert.deepEqual([access, isAdmin], ['admin', false])
  assert.deepEqual(['shop', 'blog', 'wiki', 'other', '__proto__'].map(accessTo), [
    'deploy',
    'read',
    'admin',
    null,
    null,
  ])
})

test('a user without any role may read what is about the platform alone', () => {
  const { access, accessTo } = userStanding(ada, [])
  assert.deepEqual([access, accessTo('shop')], ['read', null])
})

test('an admin of the platform may do everything everywhere, whatever role they have', () => {
  const { access, isAdmin, accessTo } = userStanding({ ...ada, isAdmin: true }, roles)
  assert.deepEqual([access, isAdmin, accessTo('blog'), accessTo('new')], ['admin', true, 'admin', 'admin'])
})

test('whoever must change the password may do nothing else, and so do their tokens', () => {
  const owner = userStanding({ ...ada, isAdmin: true, mustChangePassword: true }, roles)
  for (const { access, isAdmin, accessTo } of [
    owner,
    tokenStanding(ci, owner),
    tokenStanding({ ...ci, project: 'shop' }, owner),
  ].flatMap((it) => it ?? [])) {
    assert.deepEqual([access, isAdmin, accessTo('shop')], ['self', false, null])
  }
})

test('a token may do the least of what it is for and of what its owner may do', () => {
  const owner = userStanding(ada, roles)
  const accesses = (['read', 'deploy', 'admin'] as const).map((access) => {
    const standing = tokenStanding({ ...ci, access }, owner)
    return [standing?.access, standing?.accessTo('shop'), standing?.accessTo('blog'), standing?.accessTo('other')]
  })
  assert.deepEqual(accesses, [
    ['read', 'read', 'read', null],
    ['deploy', 'deploy', 'read', null],
    ['deploy', 'deploy', 'read', null],
  ])
})

test('a token for one project knows of no other, and is no admin of the platform', () => {
  const root = userStanding({ ...ada, isAdmin: true }, [])
  const standing = tokenStanding({ ...ci, project: 'shop' }, root)
  assert.deepEqual([standing?.access, standing?.isAdmin], ['admin', false])
  assert.deepEqual([standing?.accessTo('shop'), standing?.accessTo('blog')], ['admin', null])
  assert.equal(tokenStanding(ci, root)?.isAdmin, true)
  assert.equal(tokenStanding({ ...ci, access: 'deploy' }, root)?.isAdmin, false)
})

test('a token for a project where its owner is nothing any more is worthless', () => {
  assert.equal(tokenStanding({ ...ci, project: 'other' }, userStanding(ada, roles)), undefined)
})

test('a token of the platform has no owner who could lose anything', () => {
  const caller = tokenCaller({ ...ci, name: 'install', ownerId: null }, null)
  assert.deepEqual([caller?.name, caller?.userId, caller?.access, caller?.isAdmin], ['install', null, 'admin', true])
})

test('a token is called by its owner too, so that nobody passes for another by naming it', () => {
  const caller = tokenCaller({ ...ci, name: 'root@example.org' }, { user: ada, roles })
  assert.equal(caller?.name, 'root@example.org (ada@example.org)')
})

test('another standing has another text, the same has the same', () => {
  const texts = [
    sessionCaller(ada, roles, 'a').standing,
    sessionCaller(ada, [role('shop', 'reader'), role('blog', 'reader')], 'a').standing,
    sessionCaller(ada, [role('shop', 'developer')], 'a').standing,
    sessionCaller({ ...ada, isAdmin: true }, roles, 'a').standing,
    sessionCaller({ ...ada, mustChangePassword: true }, roles, 'a').standing,
  ]
  assert.equal(new Set(texts).size, texts.length)
  assert.equal(sessionCaller(ada, [...roles], 'b').standing, texts[0])
})
