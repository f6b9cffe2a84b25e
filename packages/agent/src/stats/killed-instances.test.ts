import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineInstance } from '@berth/engine'
import { killedInstances } from './killed-instances.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const settle = () => new Promise((resolve) => setImmediate(resolve))

const ended = (instanceId: string, exitCode: number, wasOutOfMemory: boolean): MachineInstance => ({
  ...{ instanceId, app: 'shop', service: 'web', containerId: 'c', pid: 0, isRunning: false },
  ...{ exitCode, wasOutOfMemory },
})

test('tells for a minute of those that were ended for want of memory, and of no others', async () => {
  const known = [
    ended('killed', 137, true),
    ended('stopped', 137, false),
    // One of its processes was killed some time, which its counter told, and then it ended by itself.
    ended('survived', 0, true),
  ]
  let nowMs = 0
  const engine = { findInstance: async (id: string) => known.find(({ instanceId }) => instanceId === id) }
  const { look, lately } = killedInstances({ engine, log, now: () => nowMs })
  assert.deepEqual(lately(0), {})
  for (const id of ['killed', 'stopped', 'survived', 'gone']) look(id)
  await settle()
  const told = { killed: [{ instanceId: 'killed', app: 'shop' }] }
  assert.deepEqual(lately(nowMs), told)
  nowMs = 59_999
  assert.deepEqual(lately(nowMs), told)
  nowMs = 60_000
  assert.deepEqual(lately(nowMs), {})
})

test('an engine that cannot say stops nothing', async () => {
  const warnings: string[] = []
  const engine = { findInstance: () => Promise.reject(new Error('gone')) }
  const { look, lately } = killedInstances({ engine, log: { ...log, warn: (event) => void warnings.push(event) } })
  look('a')
  await settle()
  assert.deepEqual([warnings, lately(0)], [['ended_instance_not_found'], {}])
})
