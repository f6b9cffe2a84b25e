import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { buildLimits, leastLeftBytes, mostWrittenBytes, planDiskStop } from './build-limits.ts'

const plenty = 100 * 1024 ** 3

test('a build may write up to its limit, and not beyond', () => {
  assert.equal(planDiskStop({ freeBytesBefore: plenty, freeBytes: plenty - mostWrittenBytes }), undefined)
  const beyond = planDiskStop({ freeBytesBefore: plenty, freeBytes: plenty - mostWrittenBytes - 1 })
  assert.match(beyond?.message ?? '', /wrote more than 10 GiB/)
})

test('a build ends before it takes the last of a disk', () => {
  const last = planDiskStop({ freeBytesBefore: 3 * leastLeftBytes, freeBytes: leastLeftBytes - 1 })
  assert.match(last?.message ?? '', /less than 1 GiB of disk left/)
})

test('a disk that was nearly full before the build is not its fault', () => {
  assert.equal(planDiskStop({ freeBytesBefore: leastLeftBytes - 1, freeBytes: leastLeftBytes - 2 }), undefined)
})

test('a build that takes too long is stopped, and the reason is known', async () => {
  const limits = buildLimits({ timeLimitMs: 1, folder: tmpdir() }, new AbortController().signal)
  await new Promise((resolve) => limits.signal.addEventListener('abort', resolve, { once: true }))
  assert.equal(limits.reached?.failure.code, 'time_limit')
  limits.stop()
})

test('a build that is cancelled has reached no limit', () => {
  const outer = new AbortController()
  const limits = buildLimits({ timeLimitMs: 60_000, folder: tmpdir() }, outer.signal)
  outer.abort()
  assert.equal(limits.signal.aborted, true)
  assert.equal(limits.reached, undefined)
  limits.stop()
})
