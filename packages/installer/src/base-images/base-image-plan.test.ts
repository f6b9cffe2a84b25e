import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baseImageNames } from './base-image-names.ts'
import { planBaseImages } from './base-image-plan.ts'

const words = (steps: ReturnType<typeof planBaseImages>) => steps.map(({ kind, name }) => `${kind} ${name}`)

test('keeps every image that is already there, whether it can be pulled or not', () => {
  for (const canPull of [true, false]) {
    const steps = planBaseImages({ wanted: baseImageNames, present: baseImageNames, canPull })
    assert.deepEqual(new Set(steps.map(({ kind }) => kind)), new Set(['keep']))
  }
})

test('pulls what is missing and makes no stand-in where images can be pulled', () => {
  const steps = planBaseImages({ wanted: ['registry:2', 'haproxy:3.2'], present: ['haproxy:3.2'], canPull: true })
  assert.deepEqual(words(steps), ['pull registry:2', 'keep haproxy:3.2'])
})

test('makes the base first, also when nobody asked for it', () => {
  const facts = { present: [], canPull: false }
  const made = ['make debian:bookworm-slim', 'make nginx:stable']
  assert.deepEqual(words(planBaseImages({ ...facts, wanted: ['nginx:stable'] })), made)
  assert.deepEqual(words(planBaseImages({ ...facts, wanted: ['nginx:stable', 'debian:bookworm-slim'] })), made)
})

test('builds a stand-in on the base that is there, real or not', () => {
  const steps = planBaseImages({ wanted: ['nginx:stable'], present: ['debian:bookworm-slim'], canPull: false })
  assert.deepEqual(words(steps), ['make nginx:stable'])
})

test('says which image it can neither pull nor make', () => {
  assert.throws(() => planBaseImages({ wanted: ['mysql:8'], present: [], canPull: false }), /no stand-in for mysql:8/)
})
