import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ImageWorld, imageNeeds } from './image-needs.ts'

const image = (version: number, app = 'shop') => `127.0.0.1:5000/${app}@sha256:${String(version).padStart(64, '0')}`
const releasesOf = (app: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({ app, version: i + 1, images: [image(i + 1, app)] }))
const world = (change: Partial<ImageWorld> = {}): ImageWorld => ({
  ...{ apps: ['shop'], removedApps: [], releases: releasesOf('shop', 14), live: [], images: [] },
  ...change,
})

test('the images of the last ten releases are needed, and older ones are past', () => {
  const { needed, past } = imageNeeds(world())
  assert.deepEqual(
    [...past],
    [1, 2, 3, 4].map((version) => image(version)),
  )
  assert.equal(needed.size, 10)
})

test('what serves or is being deployed is needed, however old it is', () => {
  const { needed, past } = imageNeeds(world({ live: [{ app: 'shop', version: 2 }] }))
  assert.ok(needed.has(image(2)))
  assert.deepEqual(
    [...past],
    [1, 3, 4].map((version) => image(version)),
  )
})

test('what runs, or was built lately, is needed, also where no release knows of it', () => {
  const { needed, past } = imageNeeds(world({ images: [image(1), image(7, 'lost'), 'nginx:stable'] }))
  assert.ok(needed.has(image(1)) && needed.has(image(7, 'lost')) && !past.has(image(1)))
  assert.ok(!needed.has('nginx:stable'), 'a name without a digest says nothing')
})

test('an old image that a newer release has again is needed', () => {
  const releases = [...releasesOf('shop', 14), { app: 'shop', version: 15, images: [image(1)] }]
  assert.ok(imageNeeds(world({ releases })).needed.has(image(1)))
})

test('each app has ten of its own, and what one has of another one is needed by both', () => {
  const releases = [...releasesOf('shop', 14), { app: 'blog', version: 1, images: [image(1)] }]
  const { needed, past } = imageNeeds(world({ releases, apps: ['shop', 'blog'] }))
  assert.ok(needed.has(image(1)))
  assert.equal(past.size, 3)
})
