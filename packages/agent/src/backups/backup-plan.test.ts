import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backupNameOf } from '@berth/contract'
import { keptBackups, planPruning } from './backup-plan.ts'

const ofDay = (day: number, machine: string) => ({
  name: backupNameOf({ machine, createdAt: new Date(Date.UTC(2026, 0, day)) }),
})
const days = (count: number, machine: string) => Array.from({ length: count }, (_, index) => ofDay(index + 1, machine))

test('the oldest go once there are more than are kept', () => {
  const files = days(keptBackups + 2, 'm1').toReversed()
  assert.deepEqual(planPruning(files), [ofDay(1, 'm1').name, ofDay(2, 'm1').name])
})

test('copies of another machine never push out a machine’s own', () => {
  assert.deepEqual(planPruning([...days(keptBackups, 'm1'), ...days(keptBackups, 'm2')]), [])
})
