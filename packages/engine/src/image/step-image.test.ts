import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAtStepImage } from './step-image.ts'
import { anEngine, give } from './test-engine.ts'

const imageId = `sha256:5e6dd4aaa072${'0'.repeat(52)}`
const startedAtMs = Date.parse('2030-01-02T03:04:05Z')
const { signal } = new AbortController()

test('an image that was made since the build began is the build’s own, and an older one is not', async (t) => {
  for (const [Created, isNew] of [
    ['2030-01-02T03:04:06.123456789Z', true],
    ['2030-01-02T03:04:04Z', false],
  ] as const) {
    const { docker } = await anEngine(t, { 'GET /images/5e6dd4aaa072/json': give({ Id: imageId, Created }) })
    assert.deepEqual(await lookAtStepImage(docker, '5e6dd4aaa072', { startedAtMs, signal }), { imageId, isNew })
  }
})

test('a line that names no image, as any program can print one, says nothing', async (t) => {
  const { docker } = await anEngine(t, {})
  assert.equal(await lookAtStepImage(docker, '5e6dd4aaa072', { startedAtMs, signal }), undefined)
})
