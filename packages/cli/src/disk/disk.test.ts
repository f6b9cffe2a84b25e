import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Cleanup, type CleanupStep, type Disk, getDisk, startCleanup } from '@berth/contract'
import { fakeBerth } from '../fake-berth.ts'

const GiB = 1024 ** 3
const step: CleanupStep = {
  kind: 'remove_images',
  ...{ machine: 'worker1', app: 'shop', sizeBytes: 2 * GiB, reason: 'of releases before the last 10' },
  images: ['127.0.0.1:5000/shop@sha256:a', '127.0.0.1:5000/shop@sha256:b'],
}
const refusal = { machine: 'worker2', what: 'build cache', reason: 'a build runs there' }
const disk: Disk = {
  machines: [
    {
      ...{ machine: 'worker1', state: 'warning', totalBytes: 100 * GiB, usedBytes: 87 * GiB, daysLeft: 4.5 },
      uses: [
        { kind: 'images', app: 'shop', sizeBytes: 3 * GiB },
        { kind: 'images', app: 'blog', sizeBytes: GiB },
      ],
      buildCache: { sizeBytes: 1.5 * GiB, budgetBytes: 5 * GiB, removableBytes: 0 },
      removableBytes: 2 * GiB,
    },
    {
      ...{ machine: 'worker2', state: 'unknown', totalBytes: null, usedBytes: null, daysLeft: null },
      ...{ uses: [], buildCache: null, removableBytes: 0 },
    },
  ],
  ...{ steps: [step], refusals: [refusal], cleanedAt: null },
}
const outcome = (isDryRun: boolean, change: Partial<Cleanup> = {}): Cleanup => ({
  ...{ isDryRun, steps: [step], refusals: [], freedBytes: 2 * GiB },
  ...change,
})

test('the disks are shown with what is Berth’s and what could go', async (t) => {
  const fake = await fakeBerth(t)
  fake.on(getDisk, () => disk)
  const { code, stdout, stderr } = await fake.berth('disk')
  assert.equal(code, 0)
  assert.match(stdout, /worker1 +87 GiB \(87 %\) +100 GiB +4 days +4 GiB +1\.5 GiB of 5 GiB +2 GiB/)
  assert.match(stdout, /worker2 +no answer/)
  assert.match(stdout, /worker1 +4 GiB +images/)
  assert.match(stderr, /berth disk clean --dry-run/)
  assert.match((await fake.berth('disk', 'show', '--apps')).stdout, /3 GiB +shop: images/)
})

test('a dry run shows the plan with bytes and reasons, and changes nothing', async (t) => {
  const fake = await fakeBerth(t)
  fake.on(startCleanup, ({ body: { isDryRun } }) => (isDryRun ? outcome(true) : assert.fail('it is a dry run')))
  const { code, stdout } = await fake.berth('disk', 'clean', '--dry-run')
  assert.equal(code, 0)
  assert.match(stdout, /worker1 +2 GiB +2 images of shop +of releases before the last 10/)
})

test('a cleanup is done once it was agreed to, and says what was left', async (t) => {
  const fake = await fakeBerth(t)
  fake.on(startCleanup, ({ body: { isDryRun } }) => outcome(isDryRun, isDryRun ? {} : { refusals: [refusal] }))
  const { code, stdout, stderr } = await fake.berth('disk', 'clean', '--yes')
  assert.equal(code, 1)
  assert.match(stdout, /Freed 2 GiB/)
  assert.match(stderr, /Left on worker2: build cache, as a build runs there/)
})

test('where nothing can go, nothing is asked', async (t) => {
  const fake = await fakeBerth(t)
  fake.on(startCleanup, () => outcome(true, { steps: [], freedBytes: 0 }))
  const { code, stdout } = await fake.berth('disk', 'clean')
  assert.deepEqual([code, stdout.trim()], [0, 'There is nothing to remove.'])
  assert.equal(JSON.parse((await fake.berth('disk', 'clean', '--json')).stdout).freedBytes, 0)
})
