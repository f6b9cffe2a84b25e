import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Build, BuildStep } from '@berth/contract'
import { buildOfImage, describeBuild, describeSource, drawSteps } from './build-words.ts'

const build = (change: Partial<Build>) =>
  ({ position: null, machine: null, startedAt: null, finishedAt: null, ...change }) as Build

test('a build is told in words', () => {
  assert.equal(describeBuild(build({ state: 'queued', position: 1 })), 'Queued, the next one')
  assert.equal(describeBuild(build({ state: 'queued', position: 4 })), 'Queued, number 4')
  assert.equal(describeBuild(build({ state: 'running', machine: 'm1' })), 'Building on m1')
  const [startedAt, finishedAt] = ['2026-11-28T10:00:00.000Z', '2026-11-28T10:01:30.000Z']
  assert.equal(describeBuild(build({ state: 'succeeded', startedAt, finishedAt })), 'Built in 1 min 30 s')
})

test('a repository is told with what was built of it', () => {
  const source = { kind: 'git', url: 'https://example.org/shop.git', ref: 'main' } as const
  assert.equal(describeSource(source, 'abcdef0123456789'), 'https://example.org/shop.git at main (abcdef01)')
  assert.equal(describeSource({ kind: 'archive', name: 'shop.zip', sizeBytes: 1 }, null), 'shop.zip')
})

const step = (title: string, fromSecond: number, toSecond: number | null): BuildStep => ({
  ...{ title, state: toSecond === null ? 'running' : 'done', isCached: false, startedAt: at(fromSecond) },
  finishedAt: toSecond === null ? null : at(toSecond),
})
const at = (second: number) => new Date(second * 1000).toISOString()

test('steps are drawn over the time of all of them, a running one until now', () => {
  const steps = [step('a', 100, 110), step('b', 110, 115), step('c', 115, null)]
  const drawn = drawSteps({ steps, state: 'running', finishedAt: null }, 120_000)
  assert.deepEqual(
    drawn.map(({ tookMs, startRatio, lengthRatio }) => [tookMs, startRatio, lengthRatio]),
    [
      [10_000, 0, 0.5],
      [5_000, 0.5, 0.25],
      [5_000, 0.75, 0.25],
    ],
  )
})

test('steps that took no time, and a clock that is behind, break nothing', () => {
  const running = { state: 'running', finishedAt: null } as const
  assert.deepEqual(drawSteps({ steps: [], ...running }, 0), [])
  const [only] = drawSteps({ steps: [step('a', 100, null)], ...running }, 90_000)
  assert.deepEqual([only?.tookMs, only?.startRatio, only?.lengthRatio], [0, 0, 0])
})

test('a step that was not told to have ended ended with its build', () => {
  const steps = [step('a', 100, 110), step('b', 110, null)]
  const lastOf = (state: Build['state']) => drawSteps({ steps, state, finishedAt: at(112) }, 900_000).at(-1)
  assert.deepEqual([lastOf('succeeded')?.state, lastOf('succeeded')?.tookMs], ['done', 2_000])
  assert.equal(lastOf('failed')?.state, 'failed')
  assert.equal(lastOf('cancelled')?.state, 'cancelled')
})

test('a release leads back to the build of its image', () => {
  const digest = `sha256:${'ab'.repeat(32)}`
  const image = { service: 'web', image: `127.0.0.1:5000/shop@${digest}`, imageBytes: 1, port: null, environment: {} }
  const builds = [build({ id: 'b2', images: [] }), build({ id: 'b1', images: [image] })]
  assert.equal(buildOfImage(builds, `registry.example.org/shop@${digest}`)?.id, 'b1')
  assert.equal(buildOfImage(builds, `sha256:${'cd'.repeat(32)}`), undefined)
})
