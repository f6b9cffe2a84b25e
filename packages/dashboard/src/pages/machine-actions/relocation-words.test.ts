import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Relocation, RelocationStep } from '@berth/contract'
import { countSteps, noteOfRelocations, titleOfRelocation } from './relocation-words.ts'

const steps = (...states: RelocationStep['state'][]) => states.map((state) => ({ state }) as RelocationStep)
const relocation = (changes: Partial<Relocation>): Relocation =>
  ({ kind: 'drain', machine: 'worker1', state: 'running', steps: [], finishedAt: null, ...changes }) as Relocation

test('a drain is named after its machine', () => {
  assert.equal(titleOfRelocation(relocation({})), 'Drain of worker1')
  assert.equal(titleOfRelocation(relocation({ kind: 'rebalance', machine: null })), 'Rebalance')
})

test('what is done is counted', () => {
  assert.equal(countSteps(steps('done', 'running', 'waiting')), '1 of 3 done')
  assert.equal(countSteps([]), 'nothing to move')
})

test('the note tells of the one that runs, and how many wait', () => {
  const waiting = relocation({ kind: 'rebalance', machine: null, state: 'pending' })
  const running = relocation({ steps: steps('done', 'running') })
  assert.equal(noteOfRelocations([waiting, running]), 'Draining worker1: 1 of 2 done, 1 more waits')
})

test('what has ended is no news', () => {
  assert.equal(noteOfRelocations([relocation({ finishedAt: '2026-11-28T12:00:00.000Z' })]), undefined)
})
