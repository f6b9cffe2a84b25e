import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { imageAnalyser } from './image-analyser.ts'
import { aFile, ociArchive } from './test-image.ts'

const never = new AbortController().signal
const archive = await ociArchive([{ command: 'COPY', entries: [aFile('a', 'hello')] }])

/** An engine that has every image but "none"; while `state.isHolding`, what it writes out waits in `holds`. */
function setUp() {
  const saved: string[] = []
  const holds: (() => void)[] = []
  const state = { isHolding: false }
  const analyse = imageAnalyser({
    engine: {
      findImage: async (image) => (image === 'none' ? undefined : { imageId: `id-of-${image}`, sizeBytes: 5 }),
      saveImage: async (imageId) => {
        saved.push(imageId)
        if (state.isHolding) await new Promise<void>((resolve) => holds.push(resolve))
        return Readable.from([archive], { objectMode: false })
      },
    },
  })
  return { analyse, saved, holds, state }
}

test('an image is read once, however often it is asked for', async () => {
  const { analyse, saved } = setUp()
  const words: string[] = []
  const context = { signal: never, emit: (text: string) => words.push(text) }
  const [first, second] = [await analyse('shop:1', context), await analyse('shop:1', context)]
  assert.deepEqual([first.sizeBytes, second], [5, first])
  assert.deepEqual([saved, words], [['id-of-shop:1'], ['reading 5 B']])
})

test('an image that is not here is said not to be', async () => {
  await assert.rejects(setUp().analyse('none', { signal: never, emit() {} }), { code: 'image_not_found' })
})

test('one that is known is not kept waiting, and who waits for an image that is being read gets that', async () => {
  const { analyse, saved, holds, state } = setUp()
  const context = { signal: never, emit() {} }
  await analyse('known', context)
  state.isHolding = true
  const both = Promise.all([analyse('new', context), analyse('new', context)])
  while (holds.length === 0) await new Promise(setImmediate)
  assert.equal((await analyse('known', context)).image, 'known')
  holds[0]?.()
  await both
  assert.deepEqual(saved, ['id-of-known', 'id-of-new'])
})

test('one image is read at a time, and whoever leaves the line holds up nobody', async () => {
  const { analyse, saved, holds, state } = setUp()
  state.isHolding = true
  const words: string[] = []
  const stop = new AbortController()
  const first = analyse('one', { signal: never, emit() {} })
  const second = analyse('two', { signal: stop.signal, emit: (text: string) => words.push(text) })
  const third = analyse('three', { signal: never, emit() {} })
  while (holds.length === 0) await new Promise(setImmediate)
  stop.abort(new Error('left'))
  await assert.rejects(second, { message: 'left' })
  assert.deepEqual([saved, words], [['id-of-one'], ['waiting for another analysis']])
  state.isHolding = false
  holds[0]?.()
  await Promise.all([first, third])
  assert.deepEqual(saved, ['id-of-one', 'id-of-three'])
})
