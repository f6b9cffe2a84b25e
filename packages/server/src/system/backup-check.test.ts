import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backupCheck } from './backup-check.ts'

const nowMs = Date.UTC(2026, 0, 10)
const hourMs = 3_600_000
const stateAt = (newestAtMs: number | null | undefined) => backupCheck({ newestAtMs, nowMs })[0]?.state

test('a backup of the last two days is enough; an older one or none is told', () => {
  assert.equal(stateAt(nowMs - 47 * hourMs), 'ok')
  assert.equal(stateAt(nowMs - 49 * hourMs), 'warning')
  assert.equal(stateAt(null), 'warning')
})

test('nothing is said before anyone has looked', () => {
  assert.equal(stateAt(undefined), undefined)
})
