import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActivityEvent } from '@berth/contract'
import { groupByDay, listKinds, matches, mergeEvents, splitHeld } from './feed.ts'

const event = (id: string, at: Date | number, more: Partial<ActivityEvent> = {}): ActivityEvent => ({
  id,
  at: new Date(at).toISOString(),
  actor: 'ada@example.org',
  kind: 'app_scaled',
  app: 'shop',
  project: 'default',
  detail: null,
  ...more,
})
const ids = (events: readonly ActivityEvent[]) => events.map(({ id }) => id).join(' ')

test('an event that came live and was asked for is there once', () => {
  const [one, two, three] = [event('one', 1_000), event('two', 2_000), event('three', 3_000)]
  assert.equal(ids(mergeEvents([three, two], [[two], [one]])), 'three two one')
})

test('of equal times, what came live is newer', () => {
  assert.equal(ids(mergeEvents([event('b', 1_000)], [[event('a', 1_000)]])), 'b a')
})

test('what is read stays, and what came after it is held', () => {
  const events = [event('three', 3_000), event('two', 2_000), event('one', 1_000)]
  const { held, shown } = splitHeld(events, 'two')
  assert.deepEqual([ids(held), ids(shown)], ['three', 'two one'])
})

test('nothing is held when nothing was shown, or when what was shown is gone', () => {
  const events = [event('two', 2_000), event('one', 1_000)]
  assert.equal(splitHeld(events, undefined).held.length, 0)
  assert.equal(splitHeld(events, 'gone').held.length, 0)
})

test('a filter takes an app, a person, a kind, and all kinds of a topic', () => {
  const scaled = event('one', 1_000)
  assert.ok(matches(scaled, {}))
  assert.ok(matches(scaled, { app: 'shop', actor: 'ada@example.org', kind: 'app_scaled' }))
  assert.ok(matches(scaled, { kind: 'topic:apps' }))
  assert.ok(!matches(scaled, { kind: 'topic:deployments' }))
  assert.ok(!matches(scaled, { app: 'blog' }))
  assert.ok(!matches(scaled, { actor: 'grace@example.org' }))
})

test('days are those of the reader, with words for the last two', () => {
  const now = new Date(2026, 10, 21, 0, 30)
  const days = groupByDay(
    [
      event('d', new Date(2026, 10, 21, 0, 10)),
      event('c', new Date(2026, 10, 20, 23, 50)),
      event('b', new Date(2026, 10, 20, 1, 0)),
      event('a', new Date(2026, 10, 18, 12, 0)),
    ],
    now.getTime(),
  )
  assert.deepEqual(
    days.map(({ title, events }) => [title.replace(/.*\b18\b.*/, 'the 18th'), ids(events)]),
    [
      ['Today', 'd'],
      ['Yesterday', 'c b'],
      ['the 18th', 'a'],
    ],
  )
})

test('the first of a month comes after the last of the month before', () => {
  const now = new Date(2027, 0, 1, 12, 0)
  assert.equal(groupByDay([event('a', new Date(2026, 11, 31, 8, 0))], now.getTime())[0]?.title, 'Yesterday')
})

test('kinds are offered by topic, and the chosen one even where none was seen', () => {
  const kinds = listKinds([event('one', 1_000), event('two', 2_000, { kind: 'never_heard_of' })], 'signed_in')
  assert.deepEqual(
    [...kinds],
    [
      ['apps', ['app_scaled']],
      ['sign-ins', ['signed_in']],
      ['other', ['never_heard_of']],
    ],
  )
})
