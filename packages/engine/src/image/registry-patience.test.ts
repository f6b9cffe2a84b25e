import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformError } from '@berth/contract'
import { waitForRegistry } from './registry-patience.ts'

const unreachable = new PlatformError('registry_unreachable', 'connection refused')

test('a registry that is not up yet is waited for', async () => {
  const said: string[] = []
  let attempts = 0
  const attempt = async () => {
    if (++attempts < 3) throw unreachable
    return 'pushed'
  }
  assert.equal(await waitForRegistry(attempt, { pauseMs: 1, onProgress: (words) => said.push(words) }), 'pushed')
  assert.deepEqual(said, ['waiting for the cluster’s registry', 'waiting for the cluster’s registry'])
})

test('one that does not come up is given up, with what was last seen', async () => {
  const attempt = () => Promise.reject(unreachable)
  await assert.rejects(waitForRegistry(attempt, { patienceMs: 5, pauseMs: 1 }), unreachable)
})

test('any other failure is told at once', async () => {
  let attempts = 0
  const full = new PlatformError('engine_failed', 'no space left on device')
  const attempt = () => {
    attempts++
    return Promise.reject(full)
  }
  await assert.rejects(waitForRegistry(attempt, { pauseMs: 1 }), full)
  assert.equal(attempts, 1)
})

test('who no longer wants it does not wait for it', async () => {
  const signal = AbortSignal.timeout(5)
  const attempt = () => Promise.reject(unreachable)
  await assert.rejects(waitForRegistry(attempt, { pauseMs: 60_000, signal }), { name: 'AbortError' })
})
