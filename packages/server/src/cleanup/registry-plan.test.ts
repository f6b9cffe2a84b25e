import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, needsOf } from './a-disk.ts'
import { planRegistry, type RegistryImage, registryBytes } from './registry-plan.ts'

const anImage = (letter: string, change: Partial<RegistryImage> = {}): RegistryImage => ({
  ...{ app: 'shop', name: `127.0.0.1:5000/${change.app ?? 'shop'}@sha256:${letter}`, tags: ['0123456789ab'] },
  ...{
    blobs: [
      { digest: 'base', sizeBytes: 70 },
      { digest: letter, sizeBytes: 5 },
    ],
    children: [],
    createdAtMs: 0,
  },
  ...change,
})
const plan = (content: RegistryImage[], needs = needsOf(), app?: string) =>
  planRegistry({ machine: 'one', content, needs, app, nowMs: 30 * dayMs })
const [old, current] = [anImage('a'), anImage('b')]

test('an image of a past release goes, and frees the layers that no other image has', () => {
  const needs = needsOf({ past: [old.name], needed: [current.name] })
  const [step] = plan([old, current], needs)
  assert.deepEqual([step?.images, step?.sizeBytes, step?.app], [[old.name], 5, 'shop'])
  assert.equal(registryBytes([old, current]), 80)
})

test('the last image with a layer frees it', () => {
  const [step] = plan([old, current], needsOf({ past: [old.name, current.name] }))
  assert.deepEqual([step?.images.length, step?.sizeBytes], [2, 80])
})

test('what a person tagged stays', () => {
  const tagged = anImage('a', { tags: ['0123456789ab', 'stable'] })
  assert.deepEqual(plan([tagged], needsOf({ past: [tagged.name] })), [])
})

test('the tag of a release keeps no image of Berth’s, and one that a person pushed by such a tag stays', () => {
  const names = (content: RegistryImage[], past: string[] = []) =>
    plan(content, needsOf({ past })).flatMap(({ images }) => images)
  const [pushed, released] = [anImage('a', { tags: ['v3'] }), anImage('b', { tags: ['0123456789ab', 'v3-worker'] })]
  assert.deepEqual(names([pushed, released]), [released.name])
  // Whose first tag went to an image of the same id.
  assert.deepEqual(names([pushed], [pushed.name]), [pushed.name])
})

test('what nothing knows goes when it is a day old, and stays where its age is not known', () => {
  const fresh = anImage('c', { createdAtMs: 29.5 * dayMs })
  const steps = plan([fresh, anImage('d', { createdAtMs: null }), old])
  assert.deepEqual(
    steps.flatMap(({ images }) => images),
    [old.name],
  )
})

test('what is in no repository of an app is left, and that of a removed app goes', () => {
  const [foreign, gone] = [anImage('a', { app: 'team/tool' }), anImage('b', { app: 'gone' })]
  assert.deepEqual(
    plan([foreign, gone], needsOf({ removedApps: ['gone'] })).map(({ app }) => app),
    ['gone'],
  )
})

test('for one app, only its own images go', () => {
  const other = anImage('c', { app: 'blog' })
  const needs = needsOf({ past: [old.name, other.name], apps: ['shop', 'blog'] })
  assert.deepEqual(
    plan([old, other], needs, 'shop').map(({ app }) => app),
    ['shop'],
  )
})
