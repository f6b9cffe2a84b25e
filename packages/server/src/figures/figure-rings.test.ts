import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppFigures } from '@berth/contract'
import { figureRings } from './figure-rings.ts'

const requests = (requestsPerSecond: number): AppFigures => ({
  requestsPerSecond,
  errorsPerSecond: null,
  inFlight: 0,
  cpuRatio: 0.5,
  memoryBytes: 100,
})

test('gives the newest steps, oldest first, with null where nobody measured', () => {
  const rings = figureRings(4)
  rings.add(new Map([['shop', requests(1)]]))
  rings.add(new Map())
  rings.add(new Map([['shop', requests(3)]]))
  const { app, requestsPerSecond, errorsPerSecond, cpuRatio, memoryBytes } = rings.series('shop', 4)
  assert.equal(app, 'shop')
  assert.deepEqual(requestsPerSecond, [null, 1, null, 3])
  assert.deepEqual(errorsPerSecond, [null, null, null, null])
  assert.deepEqual(cpuRatio, [null, 0.5, null, 0.5])
  assert.deepEqual(memoryBytes, [null, 100, null, 100])
})

test('goes round when it is full, and fewer steps than it holds may be asked for', () => {
  const rings = figureRings(3)
  for (let step = 1; step <= 7; step++) rings.add(new Map([['shop', requests(step)]]))
  assert.deepEqual(rings.series('shop', 3).requestsPerSecond, [5, 6, 7])
  assert.deepEqual(rings.series('shop', 2).requestsPerSecond, [6, 7])
})

test('an app that came later was not measured before, and shares the steps of the others', () => {
  const rings = figureRings(3)
  rings.add(new Map([['shop', requests(1)]]))
  rings.add(new Map([['blog', requests(2)]]))
  assert.deepEqual(rings.series('shop', 3).requestsPerSecond, [null, 1, null])
  assert.deepEqual(rings.series('blog', 3).requestsPerSecond, [null, null, 2])
})

test('an app that is gone is forgotten, and nothing of it is left for its successor', () => {
  const rings = figureRings(3)
  rings.add(
    new Map([
      ['shop', requests(1)],
      ['blog', requests(1)],
    ]),
  )
  rings.keepOnly(new Set(['blog']))
  assert.deepEqual(rings.apps(), ['blog'])
  assert.deepEqual(rings.series('shop', 3).requestsPerSecond, [null, null, null])
})
