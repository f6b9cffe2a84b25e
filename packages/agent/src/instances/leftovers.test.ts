import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leftoversOf, removeLeftovers } from './leftovers.ts'

const nowMs = Date.parse('2030-01-01T12:00:00Z')
const minutesAgo = (minutes: number) => nowMs - minutes * 60_000

test('only what the cluster does not know and what ended a while ago is left over', () => {
  const ended = [
    { instanceId: 'forgotten', endedAtMs: minutesAgo(60) },
    { instanceId: 'known', endedAtMs: minutesAgo(60) },
    { instanceId: 'just-ended', endedAtMs: minutesAgo(1) },
    { instanceId: 'never-told-when', endedAtMs: Date.parse('0001-01-01T00:00:00Z') },
  ]
  assert.deepEqual(leftoversOf(ended, { known: ['known'], nowMs }), ['forgotten', 'never-told-when'])
})

test('removes those and tells which', async () => {
  const removed: string[] = []
  const engine = {
    listEndedInstances: async () => [
      { instanceId: 'a', endedAtMs: minutesAgo(60) },
      { instanceId: 'b', endedAtMs: minutesAgo(60) },
    ],
    removeEndedInstance: async (instanceId: string) => void removed.push(instanceId),
  }
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  assert.deepEqual(await removeLeftovers(['a'], { engine, log, now: () => nowMs }), ['b'])
  assert.deepEqual(removed, ['b'])
})
