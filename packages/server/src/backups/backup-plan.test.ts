import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backupEveryMs, chooseKeeper, mergeBackups, planDue } from './backup-plan.ts'

const nowMs = Date.UTC(2026, 0, 10)
const backup = (machine: string, ageMs: number) => {
  const createdAt = new Date(nowMs - ageMs).toISOString()
  return { name: `${createdAt}-${machine}`, machine, createdAt, sizeBytes: 1 }
}

test('a manager is due when it has no backup, or none of the last day', () => {
  const backups = [backup('m1', backupEveryMs - 1), backup('m1', 9 * backupEveryMs), backup('m2', backupEveryMs)]
  assert.deepEqual(planDue({ managers: ['m1', 'm2', 'm3'], backups, nowMs }), ['m2', 'm3'])
})

test('copies go round, and a machine alone keeps its own only', () => {
  const connected = ['m3', 'm1', 'm2']
  assert.deepEqual(
    connected.map((machine) => chooseKeeper(machine, connected)),
    ['m1', 'm2', 'm3'],
  )
  assert.equal(chooseKeeper('m1', ['m1']), undefined)
})

test('a backup and its copy are one, and the newest is first', () => {
  const [older, newer] = [backup('m1', 2), backup('m2', 1)]
  const merged = mergeBackups([
    { keptOn: 'm2', backups: [older, newer] },
    { keptOn: 'm1', backups: [older] },
  ])
  assert.deepEqual(merged, [
    { ...newer, keptOn: ['m2'] },
    { ...older, keptOn: ['m1', 'm2'] },
  ])
})
