import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Image, PlatformError } from '@berth/contract'
import { imageLooks } from './image-looks.ts'

const { signal } = new AbortController()
const found = (name: string): Image => ({
  name,
  digest: null,
  sizeBytes: null,
  source: 'machine',
  exposedPorts: null,
  createdAt: null,
})

/** Looks that are answered when the test says so. */
function setUp() {
  const begun: { image: string; signal: AbortSignal; answer: PromiseWithResolvers<Image> }[] = []
  const clock = { nowMs: 0 }
  const looks = imageLooks({
    look(image, lookSignal) {
      const answer = Promise.withResolvers<Image>()
      lookSignal.addEventListener('abort', () => answer.reject(lookSignal.reason))
      begun.push({ image, signal: lookSignal, answer })
      return answer.promise
    },
    now: () => clock.nowMs,
    keptMs: 1_000,
    maxKept: 2,
  })
  return { looks, begun, clock }
}

test('all who ask for one image at once share a look, and so do those who ask soon after', async () => {
  const { looks, begun, clock } = setUp()
  const both = [looks.inspect('web:1', signal), looks.inspect('web:1', signal)]
  begun[0]?.answer.resolve(found('web:1'))
  assert.deepEqual(await Promise.all(both), [found('web:1'), found('web:1')])
  await looks.inspect('web:1', signal)
  assert.equal(begun.length, 1)
  clock.nowMs = 1_001
  void looks.inspect('web:1', signal)
  assert.equal(begun.length, 2)
})

test('that there is no such image is remembered as well', async () => {
  const { looks, begun } = setUp()
  const asked = looks.inspect('web:typo', signal)
  begun[0]?.answer.reject(new PlatformError('image_not_found', 'No such image'))
  await assert.rejects(asked, { code: 'image_not_found' })
  await assert.rejects(looks.inspect('web:typo', signal), { code: 'image_not_found' })
  assert.equal(begun.length, 1)
})

test('an engine that was away is asked again', async () => {
  const { looks, begun } = setUp()
  const asked = looks.inspect('web:1', signal)
  begun[0]?.answer.reject(new PlatformError('engine_unavailable', 'No manager machine is connected'))
  await assert.rejects(asked, { code: 'engine_unavailable' })
  const again = looks.inspect('web:1', signal)
  begun[1]?.answer.resolve(found('web:1'))
  assert.deepEqual(await again, found('web:1'))
})

test('a look ends when the last who wanted it has left, and is begun anew by the next', async () => {
  const { looks, begun } = setUp()
  const [ann, bob] = [new AbortController(), new AbortController()]
  const both = [looks.inspect('web:1', ann.signal), looks.inspect('web:1', bob.signal)]
  ann.abort(new Error('left'))
  await assert.rejects(async () => both[0], /left/)
  assert.equal(begun[0]?.signal.aborted, false)
  bob.abort(new Error('left'))
  await assert.rejects(async () => both[1], /left/)
  assert.equal(begun[0]?.signal.aborted, true)
  const again = looks.inspect('web:1', signal)
  begun[1]?.answer.resolve(found('web:1'))
  assert.deepEqual(await again, found('web:1'))
})

test('remembers only so many names', async () => {
  const { looks, begun } = setUp()
  for (const name of ['a', 'b', 'c', 'a']) {
    const asked = looks.inspect(name, signal)
    begun.at(-1)?.answer.resolve(found(name))
    await asked
  }
  assert.deepEqual(
    begun.map(({ image }) => image),
    ['a', 'b', 'c', 'a'],
  )
})
