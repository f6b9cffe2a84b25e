import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logLines, maxLineBytes } from './log-lines.ts'

const at = '2026-11-20T10:00:00.123456789Z'

function frame(stream: 1 | 2, text: string | Buffer): Buffer {
  const payload = Buffer.concat([Buffer.from(`${at} `), Buffer.from(text)])
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

const linesOf = async (chunks: Buffer[], isFramed = true) => Array.fromAsync(logLines(toStream(chunks), { isFramed }))
async function* toStream(chunks: Buffer[]) {
  yield* chunks
}

test('each line has its stream and its time', async () => {
  assert.deepEqual(await linesOf([frame(1, 'hello\n'), frame(2, 'oh no\n')]), [
    { stream: 'stdout', at: '2026-11-20T10:00:00.123Z', text: 'hello' },
    { stream: 'stderr', at: '2026-11-20T10:00:00.123Z', text: 'oh no' },
  ])
})

test('frames may arrive in any pieces', async () => {
  const bytes = Buffer.concat([frame(1, 'one\n'), frame(1, 'two\n')])
  const single = Array.from(bytes, (byte) => Buffer.from([byte]))
  assert.deepEqual(
    (await linesOf(single)).map(({ text }) => text),
    ['one', 'two'],
  )
})

test('a long line that the engine cut in pieces is whole again, also in the middle of a letter', async () => {
  const letter = Buffer.from('ü')
  const pieces = [frame(1, Buffer.concat([Buffer.from('a'), letter.subarray(0, 1)])), frame(2, 'between\n')]
  const last = frame(1, Buffer.concat([letter.subarray(1), Buffer.from('b\n')]))
  assert.deepEqual(
    (await linesOf([...pieces, last])).map(({ text }) => text),
    ['between', 'aüb'],
  )
})

test('an endless line is cut and says so, and the next one is right', async () => {
  const piece = frame(1, 'x'.repeat(16_384))
  const [long, next] = await linesOf([...Array(20).fill(piece), frame(1, 'end\n'), frame(1, 'next\n')])
  assert.equal(long?.text, `${'x'.repeat(maxLineBytes)} … (line cut at 64 KiB)`)
  assert.equal(next?.text, 'next')
})

test('what was written without a newline before the end is a line, too', async () => {
  assert.deepEqual(
    (await linesOf([frame(1, 'last words')])).map(({ text }) => text),
    ['last words'],
  )
})

test('a container with a terminal has no frames and ends its lines with a return', async () => {
  const bytes = Buffer.from(`${at} one\r\n${at} two\r\n`)
  assert.deepEqual(await linesOf([bytes.subarray(0, 7), bytes.subarray(7)], false), [
    { stream: 'stdout', at: '2026-11-20T10:00:00.123Z', text: 'one' },
    { stream: 'stdout', at: '2026-11-20T10:00:00.123Z', text: 'two' },
  ])
})
