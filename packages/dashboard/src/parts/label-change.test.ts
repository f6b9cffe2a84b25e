import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLabels, writeLabels } from './label-change.ts'

test('only what differs is changed, and what is no longer written is removed', () => {
  const { change, fault } = readLabels('disk=ssd zone=b', { disk: 'ssd', zone: 'a', gpu: 'yes' })
  assert.equal(fault, undefined)
  assert.deepEqual(change, { zone: 'b', gpu: null })
})

test('what was written out and read back changes nothing', () => {
  const labels = { zone: 'a', disk: 'ssd' }
  assert.equal(writeLabels(labels), 'disk=ssd\nzone=a')
  assert.deepEqual(readLabels(writeLabels(labels), labels).change, {})
})

test('a fault names the word that has it', () => {
  assert.match(readLabels('disk', {}).fault ?? '', /“disk”: write name=value/)
  assert.match(readLabels('disk=SSD', {}).fault ?? '', /“disk=SSD”/)
  assert.match(readLabels('a=1 a=2', {}).fault ?? '', /twice/)
})
