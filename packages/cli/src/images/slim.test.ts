import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as api from '@berth/contract'
import { fakeBerth } from '../fake-berth.ts'

const MiB = 1024 ** 2
const report: api.SlimReport = {
  ...{ outcome: 'slimmed', image: `127.0.0.1:5000/shop@sha256:${'5'.repeat(64)}`, squashedBytes: 31 * MiB },
  before: { sizeBytes: 400 * MiB, layers: 9 },
  after: { sizeBytes: 300 * MiB, layers: 1 },
  leftOut: [{ kind: 'language_cache', sizeBytes: 69 * MiB, files: 7, examples: ['/root/.npm/_cacache'] }],
  proof: [
    { verdict: 'same', text: 'GET /: 200, text/html, the same 2 KiB' },
    { verdict: 'note', text: 'GET /time: the body changes with each request' },
  ],
}
const running: api.Slimming = {
  ...{ id: 's1', app: 'shop', service: 'web', releaseVersion: 4, image: 'shop@sha256:1', isAggressive: false },
  ...{ machine: 'alpha', state: 'running', detail: null, report: null, failure: null, requestedBy: 'ann' },
  ...{ createdAt: '2026-11-28T10:00:00.000Z', finishedAt: null },
}
const finishedAt = '2026-11-28T10:00:20.000Z'
const ended = (change: Partial<api.SlimReport> = {}): api.Slimming => ({
  ...running,
  ...{ state: 'succeeded', report: { ...report, ...change }, finishedAt },
})

async function withSlimming(t: Parameters<typeof fakeBerth>[0], slimming: api.Slimming) {
  const fake = await fakeBerth(t)
  const bodies: unknown[] = []
  fake.on(api.createSlimming, ({ body }) => {
    bodies.push(body)
    return running
  })
  fake.on(api.followSlimming, async function* () {
    yield { ...running, detail: 'starting the original' }
    yield slimming
  })
  fake.on(api.createDeployment, ({ body }) => {
    bodies.push(body)
    throw new api.PlatformError('conflict', 'App shop does not serve v4 any more')
  })
  return { ...fake, bodies }
}

test('an image is made smaller, and nothing is deployed unless asked', async (t) => {
  const { berth, calls, bodies } = await withSlimming(t, ended())
  const { code, stdout } = await berth('image', 'slim', 'shop', '--path', '/a', '--path', '/b', '--aggressive')
  assert.deepEqual(bodies, [{ paths: ['/a', '/b'], isAggressive: true }])
  assert.deepEqual([code, calls], [0, ['POST /v1/apps/shop/slimmings', 'GET /v1/apps/shop/slimmings/s1/events']])
  assert.match(stdout, /^Before +400 MiB in 9 layers$/m)
  assert.match(stdout, /^After +300 MiB in 1 layer, 25\.0 % smaller$/m)
  assert.match(stdout, /^Squashed +31 MiB /m)
  assert.match(stdout, /^69 MiB +7 +language cache +\/root\/\.npm\/_cacache$/m)
  assert.match(stdout, /✓ GET \/: 200, text\/html, the same 2 KiB\n {2}– GET \/time/)
  assert.match(stdout, /Nothing was deployed/)
})

test('it is deployed by its digest, and only in place of what it was made from', async (t) => {
  const { berth, bodies } = await withSlimming(t, ended())
  const { code, stderr } = await berth('image', 'slim', 'shop', '--deploy')
  assert.equal(code, 1)
  assert.deepEqual(bodies[1], {
    ...{ change: { image: report.image }, service: 'web', ifServing: 4 },
    ...{ supersede: false, deadlineMs: 120_000 },
  })
  assert.match(stderr, /does not serve v4 any more/)
})

test('one that is not proven is never deployed, and the exit code says so', async (t) => {
  const proof: api.ProofLine[] = [{ verdict: 'failed', text: 'GET /: 200 before, 500 now' }]
  const { berth, bodies } = await withSlimming(t, ended({ outcome: 'refused', image: null, proof }))
  const { code, stdout, stderr } = await berth('image', 'slim', 'shop', '--deploy')
  assert.deepEqual([code, bodies.length], [1, 1])
  assert.match(stdout, /✗ GET \/: 200 before, 500 now/)
  assert.match(stderr, /not proven, and gone again\. shop goes on as it is/)
})

test('JSON is the whole of it, and a failure is told in words', async (t) => {
  const { berth } = await withSlimming(t, ended())
  assert.deepEqual(JSON.parse((await berth('image', 'slim', 'shop', '--json')).stdout), ended())
  const failure = { code: 'engine_failed', message: 'The machine has 1 GiB of disk left', hint: 'Make room on it' }
  const failed = await withSlimming(t, { ...running, state: 'failed', failure, finishedAt })
  const { code, stderr } = await failed.berth('image', 'slim', 'shop')
  assert.equal(code, 1)
  assert.match(stderr, /1 GiB of disk left[\s\S]*Make room on it/)
})
