import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CleanupStep, MachineDisk } from '@berth/contract'
import { describeBuildCache, describeDaysLeft, partsOf, stepsByMachine, usesByApp } from './disk-words.ts'

const disk = (change: Partial<MachineDisk> = {}): MachineDisk => ({
  ...{ machine: 'm1', state: 'ok', totalBytes: 100, usedBytes: 60, daysLeft: null, removableBytes: 0 },
  buildCache: null,
  uses: [
    { kind: 'images', app: 'shop', sizeBytes: 20 },
    { kind: 'logs', app: 'shop', sizeBytes: 5 },
    { kind: 'images', app: 'blog', sizeBytes: 30 },
  ],
  ...change,
})

test('a disk is drawn by what is on it, with what is not of Berth and what is free', () => {
  const parts = partsOf(disk()) ?? []
  assert.deepEqual(
    parts.map(({ kind, ratio }) => [kind, ratio]),
    [
      ['images', 0.5],
      ['build_cache', 0],
      ['registry', 0],
      ['logs', 0.05],
      ['others', 0.05],
      ['free', 0.4],
    ],
  )
})

test('more than is used, as shared layers are counted, never makes less than nothing', () => {
  const parts = partsOf(disk({ usedBytes: 40 })) ?? []
  assert.equal(parts.find(({ kind }) => kind === 'others')?.sizeBytes, 0)
  assert.equal(
    parts.reduce((sum, { ratio }) => sum + ratio, 0),
    1,
  )
})

test('a disk that nobody measured is not drawn', () => {
  assert.equal(partsOf(disk({ totalBytes: null, usedBytes: null })), undefined)
})

test('what an app has is told together, the largest first', () => {
  assert.deepEqual(
    usesByApp(disk().uses).map(({ app, sizeBytes }) => [app, sizeBytes]),
    [
      ['blog', 30],
      ['shop', 25],
    ],
  )
})

test('steps are told by machine', () => {
  const steps = [{ machine: 'm2' }, { machine: 'm1' }, { machine: 'm2' }] as CleanupStep[]
  assert.deepEqual(
    stepsByMachine(steps).map(({ machine, steps: own }) => [machine, own.length]),
    [
      ['m2', 2],
      ['m1', 1],
    ],
  )
})

test('when it will be full is told only where something says so', () => {
  assert.equal(describeDaysLeft(null), undefined)
  assert.match(describeDaysLeft(4.53) ?? '', /^full in 4\.5 days/)
  assert.match(describeDaysLeft(0.2) ?? '', /within a day/)
})

test('what builds keep is told with what they may, and what of it could go', () => {
  const cache = { sizeBytes: 1.5 * 1024 ** 3, budgetBytes: 5 * 1024 ** 3, removableBytes: 0 }
  assert.equal(describeBuildCache(cache), 'Build cache: 1.5 GiB of the 5 GiB that builds may keep')
  assert.match(describeBuildCache({ ...cache, removableBytes: 1024 ** 3 }) ?? '', /; 1 GiB of it could go$/)
  assert.match(describeBuildCache({ ...cache, sizeBytes: 0 }) ?? '', /^No build cache/)
  assert.equal(describeBuildCache(null), undefined)
})
