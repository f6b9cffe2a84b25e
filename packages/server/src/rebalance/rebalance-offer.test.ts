import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { aMachine } from '@berth/engine'
import pino from 'pino'
import { activityStore } from '../activity/activity-store.ts'
import { onSqlite, openForTest } from '../database/test-databases.ts'
import { relocationStore } from '../relocations/relocation-store.ts'
import { aServiceOn, factsOf } from '../relocations/some-facts.ts'
import { settingStore } from '../settings/setting-store.ts'
import { forgetOffer, hasLost, isOfferDue, notCalmYet, offer, watchCalm } from './rebalance-offer.ts'

const seen = (nowMs: number, ...ids: string[]) =>
  factsOf([aServiceOn('shop', [1])], { nowMs, machines: ids.map((id) => aMachine({ id })) })
/** As it is at 0, with machines a and b, and everybody has looked. */
const settled = { ...watchCalm(notCalmYet(0), seen(0, 'a', 'b'), false), isDue: false }

test('an offer is due when a machine came and all was quiet for a minute', () => {
  const came = watchCalm(settled, seen(5_000, 'a', 'b', 'c'), false)
  assert.ok(!isOfferDue(came, 60_000))
  assert.ok(isOfferDue(watchCalm(came, seen(65_000, 'a', 'b', 'c'), false), 65_000))
})

test('no offer is due because a machine went, or because nothing happened', () => {
  const went = watchCalm(settled, seen(5_000, 'a'), false)
  for (const calm of [settled, went]) assert.ok(!isOfferDue(watchCalm(calm, seen(500_000, 'a'), false), 500_000))
})

test('what moves, starts or is deployed begins the quiet anew', () => {
  const came = watchCalm(settled, seen(5_000, 'a', 'b', 'c'), false)
  const machines = ['a', 'b', 'c'].map((id) => aMachine({ id }))
  const restless = [
    watchCalm(came, seen(60_000, 'a', 'b', 'c'), true),
    watchCalm(came, factsOf([aServiceOn('shop', [1], { isDeploying: true })], { nowMs: 60_000, machines }), false),
    watchCalm(came, factsOf([aServiceOn('shop', [1], { wanted: 2 })], { nowMs: 60_000, machines }), false),
  ]
  for (const calm of restless) assert.ok(!isOfferDue(calm, 119_000))
})

test('a server that starts looks once, since it cannot know what it missed', () => {
  const calm = watchCalm(notCalmYet(0), seen(1_000, 'a', 'b'), false)
  assert.ok(isOfferDue(watchCalm(calm, seen(61_000, 'a', 'b'), false), 61_000))
})

async function open(t: TestContext) {
  const deps = await openForTest(t, await onSqlite.place(t))
  const log = pino({ level: 'silent' })
  const stores = { relocations: relocationStore(deps), settings: settingStore(deps), activity: activityStore(deps) }
  return { ...stores, changes: { notify: () => undefined }, now: () => 0, log }
}
const uneven = factsOf([aServiceOn('shop', [3, 3, 0])])

test('an offer is made once, also by the next server, and again when there is another', async (t) => {
  const deps = await open(t)
  const offered = async () =>
    (await deps.activity.list({ limit: 9, visible: 'everything' })).map(({ detail }) => detail)
  await offer(uneven, deps)
  await offer(uneven, deps)
  assert.deepEqual(await offered(), ['2 instances could move to machine-c: berth machines rebalance'])
  await offer(factsOf([]), deps)
  await offer(uneven, deps)
  assert.equal((await offered()).length, 2)
})

test('a machine that goes and comes back is worth the same offer again', async (t) => {
  const deps = await open(t)
  await offer(uneven, deps)
  assert.ok(!hasLost(settled, watchCalm(settled, seen(5_000, 'a', 'b', 'c'), false)))
  assert.ok(hasLost(settled, watchCalm(settled, seen(5_000, 'a'), false)))
  await forgetOffer(deps)
  await offer(uneven, deps)
  assert.equal((await deps.activity.list({ limit: 9, visible: 'everything' })).length, 2)
})

test('where that is wanted it is done instead of offered', async (t) => {
  const deps = await open(t)
  await deps.settings.change({ rebalancesByItself: true })
  await offer(uneven, deps)
  const { active } = await deps.relocations.read()
  assert.deepEqual(
    active.map(({ kind, requestedBy, steps }) => [kind, requestedBy, steps.length]),
    [['rebalance', 'berth', 2]],
  )
  assert.deepEqual(await deps.activity.list({ limit: 9, visible: 'everything' }), [])
})
