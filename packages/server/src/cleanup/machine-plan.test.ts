import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aLook, anImage, aRecord, aStep, dayMs, GiB, needsOf } from './a-disk.ts'
import { planMachine } from './machine-plan.ts'

const [old, current] = ['sha256:old', 'sha256:current']
const nameOf = (imageId: string, app = 'shop') => `127.0.0.1:5000/${app}@${imageId}`
const plan = (look: ReturnType<typeof aLook>, needs = needsOf(), change: { app?: string } = {}) =>
  planMachine({ machine: 'one', look, needs, nowMs: 30 * dayMs, ...change }).steps
const removed = (...args: Parameters<typeof plan>) => plan(...args).flatMap(({ imageIds }) => imageIds)

test('an image of a past release goes, and frees what no other image has', () => {
  const images = [anImage(old, { layers: [0, 1] }), anImage(current, { layers: [0, 2] })]
  const needs = needsOf({ needed: [nameOf(current)], past: [nameOf(old)] })
  assert.deepEqual(plan(aLook(images, { layers: [70, 5, 9] }), needs), [
    {
      ...{ kind: 'remove_images', machine: 'one', app: 'shop', images: [nameOf(old)], imageIds: [old], sizeBytes: 5 },
      recordIds: [],
      reason: 'of releases before the last 10',
    },
  ])
})

test('what an image of somebody else holds is not freed', () => {
  const [step] = plan(
    aLook([anImage(old, { layers: [0, 1] })], { layers: ['held', 5] }),
    needsOf({ past: [nameOf(old)] }),
  )
  assert.equal(step?.sizeBytes, 5)
})

test('an image that something uses stays, whatever the database says', () => {
  assert.deepEqual(removed(aLook([anImage(old, { isUsed: true })]), needsOf({ past: [nameOf(old)] })), [])
})

test('an image whose content is needed under another name stays', () => {
  const needs = needsOf({ past: [nameOf(old)], needed: [nameOf(old, 'blog')], apps: ['shop', 'blog'] })
  assert.deepEqual(removed(aLook([anImage(old)]), needs), [])
})

test('an image that nothing knows goes when it is a day old', () => {
  const fresh = anImage(current, { createdAtMs: 29.5 * dayMs })
  assert.deepEqual(removed(aLook([fresh, anImage(old)])), [old])
})

test('an image from outside goes a day after it was last pulled', () => {
  const pulled = (imageId: string, usedAtMs: number) =>
    anImage(imageId, { kind: 'pulled', app: null, names: [`nginx@${imageId}`], usedAtMs })
  assert.deepEqual(removed(aLook([pulled(old, 0), pulled(current, 29.5 * dayMs)])), [old])
})

test('images of an app that the database has never heard of stay, and those of a removed one go', () => {
  const images = [anImage(old, { app: 'lost' }), anImage(current, { app: 'gone', createdAtMs: 30 * dayMs })]
  assert.deepEqual(removed(aLook(images), needsOf({ removedApps: ['gone'] })), [current])
})

test('for one app, only its own images go, and no build cache', () => {
  const images = [anImage(old), anImage('sha256:b', { app: 'blog' }), aStep('sha256:c', [0])]
  const needs = needsOf({ apps: ['shop', 'blog'] })
  assert.deepEqual(removed(aLook(images, { layers: [90 * GiB] }), needs, { app: 'shop' }), [old])
})

test('build cache beyond its budget goes: the oldest first, and of the app that has the most', () => {
  const steps = [
    aStep('a1', [0], { usedAtMs: 1 }),
    aStep('a2', [1], { usedAtMs: 2 }),
    aStep('a3', [2], { usedAtMs: 3 }),
    aStep('b1', [3], { usedAtMs: 0, app: 'blog' }),
  ]
  assert.deepEqual(removed(aLook(steps, { layers: [2 * GiB, 2 * GiB, 2 * GiB, 2 * GiB] })), ['a1', 'a2'])
  assert.deepEqual(removed(aLook(steps, { layers: [GiB, GiB, GiB, GiB] })), [], 'within it all stay')
})

test('a step that an image is made of takes no room of its own', () => {
  const images = [anImage(current, { layers: [0] }), aStep('a1', [0])]
  assert.deepEqual(removed(aLook(images, { layers: [90 * GiB] }), needsOf({ needed: [nameOf(current)] })), [])
})

test('a step goes before the one that it was built on', () => {
  const steps = [
    aStep('base', [0], { usedAtMs: 5 }),
    aStep('middle', [0, 1], { parentId: 'base', usedAtMs: 5 }),
    aStep('top', [0, 1, 2], { parentId: 'middle', usedAtMs: 5 }),
  ]
  assert.deepEqual(removed(aLook(steps, { layers: [3 * GiB, 3 * GiB, 3 * GiB] })), ['top', 'middle'])
})

test('of a removed app all build cache goes, but not what another one is built on', () => {
  const steps = [
    aStep('mine', [0], { app: 'gone' }),
    aStep('shared', [1], { app: 'gone' }),
    aStep('other', [1, 2], { app: 'shop', parentId: 'shared' }),
  ]
  assert.deepEqual(removed(aLook(steps, { layers: [1, 1, 1] }), needsOf({ removedApps: ['gone'] })), ['mine'])
})

test('on a disk that is too full build cache goes until there is room again', () => {
  const steps = [
    aStep('a1', [0], { usedAtMs: 1 }),
    aStep('a2', [1], { usedAtMs: 2 }),
    aStep('a3', [2], { usedAtMs: 3 }),
  ]
  const look = aLook(steps, { layers: [GiB, GiB, GiB], totalBytes: 100 * GiB, usedBytes: 86 * GiB })
  assert.deepEqual(
    plan(look).map(({ reason, imageIds }) => [reason, imageIds]),
    [['the disk is 86 % full', ['a1', 'a2', 'a3']]],
  )
  const small = aLook(steps, { layers: [GiB, GiB, GiB], totalBytes: 10 * GiB, usedBytes: 8.8 * GiB })
  // A tenth of the disk is one gigabyte: two of these are beyond that already, and that is room enough.
  assert.deepEqual(removed(small), ['a1', 'a2'])
})

const cacheOf = (...args: Parameters<typeof plan>) =>
  plan(...args).flatMap(({ imageIds, recordIds }) => [...imageIds, ...recordIds])

test('what both builders left has one budget, and the oldest of it goes', () => {
  const look = aLook([aStep('a1', [0], { usedAtMs: 2 }), aStep('a2', [1], { usedAtMs: 9 })], {
    layers: [2 * GiB, 2 * GiB],
    cacheRecords: [aRecord('r1', { usedAtMs: 1 }), aRecord('r2', { usedAtMs: 5 })],
  })
  assert.deepEqual(cacheOf(look), ['r1'])
  assert.deepEqual(plan(look)[0], {
    ...{ kind: 'remove_build_cache', machine: 'one', app: null, images: ['r1'], imageIds: [], recordIds: ['r1'] },
    ...{ sizeBytes: GiB, reason: 'beyond the 5 GiB for build cache' },
  })
})

test('what a build needs stays in the cache, and counts', () => {
  const records = [aRecord('used', { sizeBytes: 5 * GiB, isUsed: true }), aRecord('free', { usedAtMs: 9 })]
  assert.deepEqual(cacheOf(aLook([], { cacheRecords: records })), ['free'])
})

test('a disk that is too full takes cache within its budget, until there is room', () => {
  const cacheRecords = ['r1', 'r2', 'r3', 'r4'].map((id) => aRecord(id))
  const look = aLook([], { cacheRecords, totalBytes: 20 * GiB, usedBytes: 17 * GiB })
  assert.deepEqual(cacheOf(look), ['r1', 'r2'])
  assert.deepEqual(cacheOf(look, needsOf(), { app: 'shop' }), [], 'for one app, none')
})
