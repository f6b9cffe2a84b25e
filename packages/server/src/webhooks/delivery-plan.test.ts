import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planDelivery } from './delivery-plan.ts'
import type { Push } from './push.ts'

const watched = { url: 'https://git.example.org/team/shop.git', branch: 'main', tags: null }
const pushTo = (ref: string, change: Partial<Push> = {}): Push => ({
  ...{ event: 'push', deliveryId: 'd1', kind: 'push', pushedBy: 'ann', repository: 'Team/shop' },
  changes: [{ ref, commit: 'abcdef0123', isGone: false, message: 'Sell more' }],
  ...change,
})
const refOf = (plan: ReturnType<typeof planDelivery>) => (plan.kind === 'build' ? plan.ref : plan.kind)

test('the branch that is watched is built, named in full, and it is told what was pushed', () => {
  const plan = planDelivery(watched, pushTo('refs/heads/main'))
  assert.equal(refOf(plan), 'refs/heads/main')
  assert.equal(plan.words, 'main abcdef01: Sell more')
})

test('other branches, other repositories and other events are not built, and it is said why', () => {
  const other = planDelivery(watched, pushTo('refs/heads/main2'))
  assert.deepEqual([other.kind, other.words], ['ignore', 'main2 is not what is built: main'])
  assert.match(
    planDelivery(watched, pushTo('refs/heads/main', { repository: 'team/blog' })).words,
    /another repository/,
  )
  assert.match(planDelivery(watched, pushTo('', { kind: 'other', event: 'issues' })).words, /issues is no push/)
  assert.equal(planDelivery(watched, pushTo('', { kind: 'ping' })).kind, 'answer')
})

test('a branch that was removed is not built', () => {
  const gone = pushTo('', { changes: [{ ref: 'refs/heads/main', commit: null, isGone: true, message: null }] })
  assert.deepEqual(
    [refOf(planDelivery(watched, gone)), planDelivery(watched, gone).words],
    ['ignore', 'main was removed'],
  )
})

test('a push that names no ref, or a short one, means a branch', () => {
  assert.equal(refOf(planDelivery(watched, pushTo(''))), 'refs/heads/main')
  assert.equal(refOf(planDelivery(watched, pushTo('main'))), 'refs/heads/main')
})

test('of several branches the one that is watched is built', () => {
  const changes = ['a', 'main', 'b'].map((name) => ({
    ref: `refs/heads/${name}`,
    commit: null,
    isGone: false,
    message: null,
  }))
  assert.equal(refOf(planDelivery(watched, pushTo('', { changes }))), 'refs/heads/main')
})

test('tags are built where that was asked for, and only those that fit', () => {
  const asked = (tags: string | null, name: string) =>
    refOf(planDelivery({ ...watched, tags }, pushTo(`refs/tags/${name}`)))
  assert.equal(asked(null, 'v1'), 'ignore')
  assert.equal(asked('v*', 'v1.2'), 'refs/tags/v1.2')
  assert.equal(asked('v*', 'x-v1'), 'ignore')
  assert.equal(asked('v*.0', 'v1.0'), 'refs/tags/v1.0')
  assert.equal(asked('v*.0', 'v.'), 'ignore')
  assert.equal(asked('a*b*c', 'abc'), 'refs/tags/abc')
  assert.equal(asked('ab*ba', 'aba'), 'ignore')
  assert.equal(asked('v1', 'v1'), 'refs/tags/v1')
  assert.equal(asked('v1', 'v12'), 'ignore')
  assert.equal(asked('main', 'main'), 'refs/tags/main')
})
