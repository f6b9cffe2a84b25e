import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { heartbeats } from './heartbeats.ts'

/** Lets promises settle between two steps of the fake clock. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

async function pass(context: TestContext, ms: number) {
  for (let passed = 0; passed < ms; passed += 50) {
    context.mock.timers.tick(50)
    await settle()
  }
}

async function start(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const stop = new AbortController()
  context.after(() => stop.abort())
  let beats = 0
  const pulse = heartbeats(async () => void beats++)
  const ended = pulse.run(stop.signal)
  await settle()
  return { pulse, stop, ended, beats: () => beats }
}

test('beats at once and then each second', async (context) => {
  const { beats } = await start(context)
  assert.equal(beats(), 1)
  await pass(context, 950)
  assert.equal(beats(), 1)
  await pass(context, 50)
  assert.equal(beats(), 2)
})

test('a change does not wait for the second', async (context) => {
  const { pulse, beats } = await start(context)
  await pass(context, 300)
  pulse.hurry()
  await settle()
  assert.equal(beats(), 2)
})

test('many changes at once make one beat, and beats stay 0.1 s apart', async (context) => {
  const { pulse, beats } = await start(context)
  await pass(context, 50)
  for (let change = 0; change < 10; change++) pulse.hurry()
  await settle()
  assert.equal(beats(), 1)
  await pass(context, 50)
  assert.equal(beats(), 2)
  await pass(context, 500)
  assert.equal(beats(), 2)
})

test('stops at once', async (context) => {
  const { stop, ended } = await start(context)
  await pass(context, 300)
  stop.abort()
  await ended
})

test('a beat that fails ends the run with its error', async () => {
  const failing = heartbeats(() => Promise.reject(new Error('gone')))
  await assert.rejects(failing.run(new AbortController().signal), /gone/)
})
