import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLabels, spreadFlag } from './label-flags.ts'

test('labels are set with = and taken away with a - at their end', () => {
  assert.deepEqual(readLabels(['disk=ssd', 'zone-', 'a-b=c-d'], '--on'), { disk: 'ssd', zone: null, 'a-b': 'c-d' })
  assert.deepEqual(readLabels([], '--on'), {})
})

for (const [text, complaint] of [
  ['disk', /--on: use label=value, or label- to take it away, not "disk"/],
  ['Disk=ssd', /--on: use 1 to 63 of a-z/],
  ['disk=', /--on: use 1 to 63 of a-z/],
  ['=ssd', /--on: use 1 to 63 of a-z/],
  ['disk=a=b', /--on: use 1 to 63 of a-z/],
] as const) {
  test(`${text} is no label`, () => assert.throws(() => readLabels([text], '--on'), complaint))
}

test('one label cannot have two values', () => {
  assert.throws(() => readLabels(['disk=ssd', 'disk-'], '--on'), /--on: disk is given twice/)
})

test('spreading is ended by none', () => {
  assert.equal(spreadFlag.parse('none'), null)
  assert.equal(spreadFlag.parse('zone'), 'zone')
  assert.throws(() => spreadFlag.parse('Zone A'))
})
