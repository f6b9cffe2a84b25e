import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitFrames } from './part-states.ts'

test('takes lines out of the engine’s frames, also one that spans two frames', () => {
  const frame = (text: string) => {
    const header = Buffer.alloc(8)
    header.writeUInt8(1)
    header.writeUInt32BE(Buffer.byteLength(text), 4)
    return Buffer.concat([header, Buffer.from(text)])
  }
  assert.deepEqual(splitFrames(Buffer.concat([frame('first\nsec'), frame('ond ü\n')])), ['first', 'second ü'])
  assert.deepEqual(splitFrames(Buffer.alloc(0)), [])
})
