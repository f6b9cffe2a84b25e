import assert from 'node:assert/strict'
import { test } from 'node:test'
import pc from 'picocolors'
import { sampleApp, sampleTime } from '../samples.ts'
import { deploymentCell } from './app-cells.ts'

const colors = pc.createColors(false)
const last = sampleApp.lastDeployment ?? assert.fail('the sample was deployed')
const nowMs = Date.parse(sampleTime) + 3_600_000

const textOf = (given: typeof sampleApp.lastDeployment) => {
  const cell = deploymentCell(given, nowMs, colors)
  return typeof cell === 'object' ? cell.text : cell
}

test('says when an app was deployed, and how where it did not go well', () => {
  assert.equal(textOf(null), 'never')
  assert.equal(textOf(last), '59 min ago')
  assert.equal(textOf({ ...last, state: 'failed' }), 'failed 59 min ago')
  assert.equal(textOf({ ...last, state: 'cancelled', finishedAt: null }), 'cancelled 1 h ago')
  assert.equal(textOf({ ...last, state: 'pending' }), 'now')
  assert.equal(textOf({ ...last, state: 'running', stage: 'pull' }), 'now (pull)')
})
