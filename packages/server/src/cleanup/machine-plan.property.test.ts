import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DiskLook, OwnImage } from '@berth/contract'
import { aLook, anImage, aStep, dayMs, GiB } from './a-disk.ts'
import { digestOf, type ImageNeeds, imageNeeds } from './image-needs.ts'
import { planMachine } from './machine-plan.ts'

/** The same worlds each time, so that one that fails can be looked at. */
function dice(seed: number) {
  let state = seed
  const next = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    below,
    chance: (ratio: number) => next() < ratio,
    pick: <T>(from: readonly T[]) => from[below(from.length)] as T,
  }
}
type Dice = ReturnType<typeof dice>

const apps = ['shop', 'blog', 'gone', 'lost']
const nowMs = 100 * dayMs

function aWorld(seed: number): { look: DiskLook; needs: ImageNeeds } {
  const roll = dice(seed)
  const layers = Array.from({ length: 1 + roll.below(12) }, () => (roll.chance(0.2) ? 'held' : roll.below(4) * GiB))
  const images = [...someApps(roll, layers.length), ...someSteps(roll, layers.length)]
  const look = aLook(images, { layers, usedBytes: (10 + roll.below(90)) * GiB })
  const named = images.flatMap(({ names }) => names)
  const releases = named.flatMap((image) =>
    roll.chance(0.7) ? [{ app: roll.pick(['shop', 'blog']), version: 1 + roll.below(20), images: [image] }] : [],
  )
  const live = releases.filter(() => roll.chance(0.1))
  const known = named.filter(() => roll.chance(0.1))
  return { look, needs: imageNeeds({ apps: ['shop', 'blog'], removedApps: ['gone'], releases, live, images: known }) }
}

const someLayers = (roll: Dice, count: number) =>
  Array.from({ length: count }, (_, place) => place).filter(() => roll.chance(0.5))

const someApps = (roll: Dice, layerCount: number): OwnImage[] =>
  Array.from({ length: roll.below(25) }, (_, i) => {
    const isPulled = roll.chance(0.3)
    const app = isPulled ? null : roll.pick(apps)
    const image = anImage(`sha256:app${i}`, { app, kind: isPulled ? 'pulled' : 'app' })
    return {
      ...image,
      layers: someLayers(roll, layerCount),
      isUsed: roll.chance(0.2),
      ...{ createdAtMs: roll.below(100) * dayMs, usedAtMs: roll.below(100) * dayMs },
    }
  })

function someSteps(roll: Dice, layerCount: number): OwnImage[] {
  const steps: OwnImage[] = []
  for (let i = roll.below(30); i > 0; i--) {
    const parentId = steps.length > 0 && roll.chance(0.7) ? roll.pick(steps).imageId : null
    const change = { app: roll.pick(apps), parentId, isUsed: roll.chance(0.1), usedAtMs: roll.below(100) * dayMs }
    steps.push(aStep(`sha256:step${i}`, someLayers(roll, layerCount), change))
  }
  return steps
}

/** What is on the disk of these images, by the definition: each layer that one of them has, and that nobody else holds. */
const bytesOf = ({ layers }: DiskLook, images: readonly OwnImage[]) =>
  [...new Set(images.flatMap((image) => image.layers))].reduce(
    (sum, place) => sum + (layers[place]?.isHeld ? 0 : (layers[place]?.sizeBytes ?? 0)),
    0,
  )

test('in no world anything goes that is needed, used, built upon or of somebody unknown, and the sums are right', () => {
  let gone = 0
  for (let seed = 1; seed <= 2_000; seed++) {
    const { look, needs } = aWorld(seed)
    const { steps, imageIds: order } = planMachine({ machine: 'one', look, needs, nowMs })
    const removed = new Set(order)
    const neededDigests = new Set([...needs.needed].map(digestOf))
    assert.equal(removed.size, order.length, `${seed}: once each`)
    assert.deepEqual(new Set(steps.flatMap(({ imageIds }) => imageIds)), removed, `${seed}: all of it is in a step`)
    for (const image of look.images.filter(({ imageId }) => removed.has(imageId))) {
      const about = `world ${seed}, ${image.imageId}`
      assert.ok(!image.isUsed, about)
      assert.ok(!image.names.some((name) => neededDigests.has(digestOf(name))), about)
      assert.ok(image.kind !== 'app' || image.app !== 'lost', about)
    }
    for (const { imageId, parentId } of look.images) {
      if (parentId && removed.has(parentId)) assert.ok(removed.has(imageId), `${seed}: nothing is built on what goes`)
    }
    const left = look.images.filter(({ imageId }) => !removed.has(imageId))
    const freed = steps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    assert.equal(freed, bytesOf(look, look.images) - bytesOf(look, left), `${seed}: what it frees`)
    gone += removed.size
  }
  assert.ok(gone > 2_000, 'these worlds have something to remove')
})

test('in no world a plan comes out of order: what is built on something goes before it', () => {
  for (let seed = 1; seed <= 2_000; seed++) {
    const { look, needs } = aWorld(seed)
    const { imageIds: order } = planMachine({ machine: 'one', look, needs, nowMs })
    const at = new Map(order.map((imageId, i) => [imageId, i]))
    for (const { imageId, parentId } of look.images) {
      const [own, parents] = [at.get(imageId), parentId ? at.get(parentId) : undefined]
      if (own !== undefined && parents !== undefined) assert.ok(own < parents, `world ${seed}, ${imageId}`)
    }
  }
})
