import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesOf, coresOf, formatCores, formatRate, rateOf } from './figure-words.ts'

test('rates have as many figures as can be read at a glance', () => {
  assert.deepEqual([0, 0.04, 0.44, 9.96, 12.4, 999.4, 1_234, 12_345].map(formatRate), [
    '0',
    '0.0',
    '0.4',
    '10',
    '12',
    '999',
    '1.2k',
    '12k',
  ])
})

test('CPU is told of one core', () => {
  assert.deepEqual([0, 0.004, 0.35, 1.5].map(formatCores), ['0 %', '0.4 %', '35 %', '150 %'])
})

test('what nobody measured is not a zero', () => {
  assert.deepEqual([rateOf(null), coresOf(undefined), bytesOf(null)], ['–', '–', '–'])
})
