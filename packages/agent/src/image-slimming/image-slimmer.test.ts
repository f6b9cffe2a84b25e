import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { TrialEngine } from '@berth/engine'
import { aFile, bytesOf } from '../image-analysis/test-image.ts'
import { imageSlimmer, isWorthIt } from './image-slimmer.ts'
import { aRequest, fakeTrials } from './test-trials.ts'

const entries = [aFile('app/a', bytesOf(10)), aFile('tmp/a', bytesOf(20))]
const log = { debug() {}, info() {}, warn() {}, error() {} }

async function setUp(t: TestContext, trials: ReturnType<typeof fakeTrials>, engine: Partial<TrialEngine> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-slim-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const published: string[] = []
  const publisher = {
    async publishBuilt(imageId: string, to: string) {
      published.push(`${imageId} to ${to}`)
      return { image: `${to}@sha256:1`, imageBytes: 1, exposedPorts: [] }
    },
  }
  let id = 0
  const newId = () => String(++id)
  const slim = imageSlimmer({ engine: { ...trials.engine, ...engine }, publisher, folder, newId, log })
  const stop = new AbortController()
  const run = (emit: (text: string) => unknown = () => {}) => slim(aRequest, { signal: stop.signal, emit })
  const isClean = async () => {
    assert.deepEqual([...trials.images.keys()], ['shop:1'])
    assert.deepEqual(await readdir(folder), [])
    assert.ok(trials.removals() > 0)
  }
  return { run, stop, published, isClean }
}

test('what is smaller and proven is published, and nothing of the work stays on the machine', async (t) => {
  const { run, published, isClean } = await setUp(t, fakeTrials({}, entries))
  const report = await run()
  assert.deepEqual(published, ['slim to 127.0.0.1:5000/shop'])
  const MiB = 2 ** 20
  assert.deepEqual(
    [report.outcome, report.image, report.before, report.after],
    [
      'slimmed',
      '127.0.0.1:5000/shop@sha256:1',
      { sizeBytes: 100 * MiB, layers: 3 },
      { sizeBytes: 60 * MiB, layers: 1 },
    ],
  )
  assert.deepEqual(
    report.leftOut.map(({ kind, sizeBytes }) => [kind, sizeBytes]),
    [['logs_and_temporary_files', 20]],
  )
  await isClean()
})

test('what is not proven is not published, and gone again', async (t) => {
  const { run, published, isClean } = await setUp(t, fakeTrials({ slim: { failure: 'broken' } }, entries))
  const { outcome, image, proof } = await run()
  assert.deepEqual([outcome, image, published.length, proof[0]?.verdict], ['refused', null, 0, 'failed'])
  await isClean()
})

test('one that is cancelled leaves nothing', async (t) => {
  const { run, stop, isClean } = await setUp(t, fakeTrials({}, entries))
  const cancelled = run((text) => text.startsWith('starting') && stop.abort(new Error('enough')))
  await assert.rejects(cancelled, { message: 'enough' })
  await isClean()
})

test('a failure of the engine is told, and leaves nothing either', async (t) => {
  const broken = { loadTrialImage: () => Promise.reject(new Error('no space')) }
  const { run, isClean } = await setUp(t, fakeTrials({}, entries), broken)
  await assert.rejects(run(), { message: 'no space' })
  await isClean()
})

test('one image is worked on at a time, since what is removed at the end is all that trials made', async (t) => {
  const trials = fakeTrials({}, entries)
  let working = 0
  let most = 0
  const flattenImage: TrialEngine['flattenImage'] = async (...asked) => {
    most = Math.max(most, ++working)
    return trials.engine.flattenImage(...asked).finally(() => working--)
  }
  const { run } = await setUp(t, trials, { flattenImage })
  const words: string[] = []
  await Promise.all([run(), run((text) => words.push(text))])
  assert.equal(most, 1)
  assert.equal(words[0], 'waiting for another image')
})

test('little is not worth it', () => {
  const size = (sizeBytes: number) => ({ sizeBytes, layers: 1 })
  assert.equal(isWorthIt({ before: size(500e6), after: size(497e6) }), false)
  assert.equal(isWorthIt({ before: size(500e6), after: size(480e6) }), true)
  assert.equal(isWorthIt({ before: size(2e6), after: size(1.5e6) }), false)
})
