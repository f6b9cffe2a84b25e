import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineEngine } from '@berth/engine'
import { isOnlyManager, onlyManager } from './only-manager.ts'

test('only where no other manager can have changed the routes are the remembered ones the newest', () => {
  assert.equal(isOnlyManager({ isManager: true, managerAddresses: ['10.0.0.1'] }), true)
  assert.equal(isOnlyManager({ isManager: true, managerAddresses: ['10.0.0.1', '10.0.0.2'] }), false)
  assert.equal(isOnlyManager({ isManager: false, managerAddresses: ['10.0.0.1'] }), false)
})

test('a machine that began as the only manager is that no longer once another is promoted', async () => {
  const answers = [['10.0.0.1'], ['10.0.0.1'], null, ['10.0.0.1', '10.0.0.2']]
  const seen: boolean[] = []
  const info = async () => {
    const managerAddresses = answers.shift()
    if (!managerAddresses) throw new Error('no engine')
    return { isManager: true, managerAddresses } as Awaited<ReturnType<MachineEngine['info']>>
  }
  const clock = { nowMs: () => 0, wait: async () => void seen.push(manager.isOnly()) }
  const manager = await onlyManager({ engine: { info }, clock }, new AbortController().signal)
  await manager.watch()
  assert.deepEqual([...seen, manager.isOnly()], [true, true, true, false])
})
