import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImageDescription } from '@berth/engine'
import { aRequest, type Behaviour, fakeTrials } from '../test-trials.ts'
import { prove } from './prove.ts'

const never = new AbortController().signal
const image = (imageId: string) => ({ imageId, config: {} }) as unknown as ImageDescription
const images = { original: image('original'), slim: image('slim') }

async function proofOf(behaviours: { original?: Behaviour; slim?: Behaviour }, request = aRequest) {
  const trials = fakeTrials(behaviours)
  const deps = { engine: trials.engine, emit() {}, workerWatchMs: 5 }
  const lines = await prove(images, request, deps, never)
  assert.equal(trials.running.size, 0, 'nothing is left running')
  return { ...trials, lines, verdicts: lines.map(({ verdict }) => verdict) }
}

test("both are started as the app's instances are, one after the other, and asked the same", async () => {
  const { started, tasks, verdicts } = await proofOf({})
  assert.deepEqual(
    started.map(({ image: started, env, memoryBytes, network, hostName }) => [
      started,
      env,
      memoryBytes,
      network,
      hostName,
    ]),
    ['original', 'slim'].map((name) => [name, { A: 'b' }, 2 ** 28, 'nowhere', 'shop']),
  )
  assert.deepEqual(
    tasks.map(({ paths, healthPath, host }) => [paths, healthPath, host]),
    [0, 1].map(() => [['/', '/up', '/x'], '/up', 'shop.test']),
  )
  assert.deepEqual(verdicts, ['same', 'same', 'same', 'same'])
})

test('one that ends is told as it is, without waiting for its probe', async () => {
  const end = { exitCode: 3, wasOutOfMemory: false, lastLines: ['no such file'] }
  const { lines } = await proofOf({ slim: { end } })
  assert.match(lines[0]?.text ?? '', /The smaller image ended with exit code 3 \(no such file\)/)
})

test('where the original does not come up by itself, the other one is not even started', async () => {
  const { started, verdicts } = await proofOf({ original: { failure: 'ECONNREFUSED' } })
  assert.deepEqual([started.length, verdicts], [1, ['failed']])
})

test('the original is started once more only where another body is in doubt', async () => {
  const byStart = await proofOf({ original: { body: '$start' }, slim: { body: '$start' } })
  assert.deepEqual([byStart.started.length, byStart.verdicts], [3, ['same', 'note', 'note', 'note']])
  const broken = await proofOf({ slim: { body: 'another' } })
  assert.deepEqual([broken.started.length, broken.verdicts], [3, ['same', 'failed', 'failed', 'failed']])
})

test('what takes no traffic is watched for a while, and asked nothing', async () => {
  const worker = { ...aRequest, port: null, healthPath: null }
  const { started, tasks, verdicts } = await proofOf({}, worker)
  assert.deepEqual([started.length, tasks.length, verdicts], [2, 0, ['note']])
})
