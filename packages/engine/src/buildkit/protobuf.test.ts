import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bytesField,
  mapField,
  mapOf,
  message,
  messageOf,
  messagesOf,
  numberField,
  numberOf,
  readFields,
  textOf,
} from './protobuf.ts'

test('what is written is read again', () => {
  const fields = readFields(
    message(bytesField(1, 'grüß'), numberField(2, 300), mapField(7, { a: '1', b: '' }), bytesField(1, 'last')),
  )
  assert.equal(textOf(fields, 1), 'last')
  assert.deepEqual(messagesOf(fields, 1).map(String), ['grüß', 'last'])
  assert.equal(numberOf(fields, 2), 300)
  assert.deepEqual(
    mapOf(fields, 7),
    new Map([
      ['a', '1'],
      ['b', ''],
    ]),
  )
})

test('what is absent is empty, as the format has it', () => {
  const fields = readFields(Buffer.alloc(0))
  assert.deepEqual([textOf(fields, 1), numberOf(fields, 1), messageOf(fields, 1)], ['', 0, undefined])
})

test('the bytes are those that others write', () => {
  // { 1: 150 } and { 2: "testing" }, from the documentation of the format.
  assert.equal(numberField(1, 150).toString('hex'), '089601')
  assert.equal(bytesField(2, 'testing').toString('hex'), '120774657374696e67')
})

test('negative numbers and fields of fixed length are read over', () => {
  const minusOne = Buffer.from('08ffffffffffffffffff01', 'hex')
  assert.equal(numberOf(readFields(minusOne), 1), -1)
  const fixed = Buffer.from(`0d01020304${'11'}0102030405060708${'1805'}`, 'hex')
  assert.equal(numberOf(readFields(fixed), 3), 5)
})

test('what is cut off is an error, not half a message', () => {
  const whole = bytesField(1, 'abcdef')
  for (let length = 1; length < whole.length; length++) assert.throws(() => readFields(whole.subarray(0, length)))
})
