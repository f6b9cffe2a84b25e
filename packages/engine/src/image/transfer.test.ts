import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { test } from 'node:test'
import { followTransfer, transferProgress } from './transfer.ts'

const lines = (...events: object[]) => Readable.from(events.map((event) => `${JSON.stringify(event)}\r\n`))

test('the layers of a transfer add up', () => {
  const progress = transferProgress('pulling')
  assert.equal(progress.words(), undefined)
  progress.add({ id: 'a', status: 'Downloading', progressDetail: { current: 5e6, total: 20e6 } })
  progress.add({ id: 'b', status: 'Downloading', progressDetail: { current: 1e6, total: 4e6 } })
  assert.equal(progress.words(), 'pulling 6.0 of 24 MB')
  progress.add({ id: 'a', status: 'Pull complete', progressDetail: {} })
  assert.equal(progress.words(), 'pulling 21 of 24 MB')
})

test('the same words are said once', async () => {
  const said: string[] = []
  const event = { id: 'a', status: 'Pushing', progressDetail: { current: 1e6, total: 2e6 } }
  await followTransfer(lines(event, event, { status: 'x' }), { verb: 'pushing', onProgress: (text) => said.push(text) })
  assert.deepEqual(said, ['pushing 1.0 of 2.0 MB'])
})

test('an error in the middle of the stream is reported', async () => {
  const { failure } = await followTransfer(lines({ errorDetail: { message: 'denied' }, error: 'denied' }), {
    verb: 'x',
  })
  assert.equal(failure, 'denied')
})

test('a transfer can be stopped', async () => {
  const stop = new AbortController()
  const stream = new PassThrough()
  const followed = followTransfer(stream, { verb: 'x', signal: stop.signal })
  stream.write('{"status":"Downloading"}\n')
  stop.abort(new Error('no longer wanted'))
  await assert.rejects(followed, /no longer wanted/)
  assert.ok(stream.destroyed)
})
