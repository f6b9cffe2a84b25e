import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instanceStirs } from './stirs.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }

test('a burst is told once, and what comes later again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const stop = new AbortController()
  let happen: (endedInstanceId?: string) => void = () => {}
  const watchInstances = (onStir: typeof happen, signal?: AbortSignal) => {
    happen = onStir
    return new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  }
  const stirs = instanceStirs({ engine: { watchInstances }, log, gatherMs: 20 })
  let told = 0
  const ended: string[] = []
  stirs.onStir(() => void told++)
  stirs.onEnd((instanceId) => void ended.push(instanceId))
  const running = stirs.run(stop.signal)
  for (let i = 0; i < 50; i++) happen()
  assert.equal(told, 0)
  t.mock.timers.tick(20)
  assert.equal(told, 1)
  happen('a')
  happen('b')
  assert.deepEqual(ended, ['a', 'b'], 'Each end is told at once')
  t.mock.timers.tick(20)
  assert.equal(told, 2)
  stop.abort()
  await running
})

test('an engine that stops telling is asked again, and what may have been missed is told', async (t) => {
  const stop = new AbortController()
  let asked = 0
  const watchInstances = async () => {
    asked++
    throw new Error('restarting')
  }
  const stirs = instanceStirs({ engine: { watchInstances }, log, gatherMs: 1, retryMs: 20 })
  let told = 0
  stirs.onStir(() => void told++)
  const running = stirs.run(stop.signal)
  await t.waitFor(() => assert.ok(asked >= 2 && told >= 2, `asked ${asked}, told ${told}`))
  stop.abort()
  await running
})
