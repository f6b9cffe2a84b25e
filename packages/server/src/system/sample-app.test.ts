import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Image } from '@berth/contract'
import type { AppRow } from '../apps/app-store.ts'
import { sampleApp, sampleFinder } from './sample-app.ts'

const nobodyHasIt = async () => undefined
const image = {} as Image

function setUp(inspect: () => Promise<Image>, find: (name: string) => Promise<AppRow | undefined> = nobodyHasIt) {
  const clock = { nowMs: 0 }
  return { clock, findSample: sampleFinder({ apps: { find }, images: { inspect }, now: () => clock.nowMs }) }
}

test('is offered where its image can be had and its name is free', async () => {
  assert.deepEqual(await setUp(async () => image).findSample(), sampleApp)
  const taken = async (name: string) => (name === sampleApp.name ? ({} as AppRow) : undefined)
  assert.equal(await setUp(async () => image, taken).findSample(), null)
  const noImage = () => Promise.reject(new Error('no such image'))
  assert.equal(await setUp(noImage).findSample(), null)
})

test('does not keep a page waiting for a slow registry, and is there the next time', async () => {
  const slow = Promise.withResolvers<Image>()
  const { findSample } = setUp(() => slow.promise)
  assert.equal(await findSample(), null)
  slow.resolve(image)
  await delay(10)
  assert.deepEqual(await findSample(), sampleApp)
})

test('is looked for again only after some minutes', async () => {
  let looks = 0
  const { findSample, clock } = setUp(async () => {
    looks++
    return image
  })
  await findSample()
  await findSample()
  assert.equal(looks, 1)
  clock.nowMs = 300_001
  await findSample()
  assert.equal(looks, 2)
})
