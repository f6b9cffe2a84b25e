import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { type LiveEvent, PlatformError } from '@berth/contract'
import { followStream } from './follow-stream.ts'

const snapshot: LiveEvent = {
  kind: 'snapshot',
  apps: [],
  machines: [],
  instances: [],
  deployments: [],
  relocations: [],
}
const removed = (name: string): LiveEvent => ({ kind: 'app_removed', name })

type Opened = { app: string | undefined; isLeft: boolean; send(event: LiveEvent): void; end(error?: unknown): void }
let opened: Opened[]
let events: string[]
let breaks: unknown[]
let isSilent: boolean
let stream: ReturnType<typeof followStream>

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
  opened = []
  events = []
  breaks = []
  isSilent = false
  stream = followStream({
    open,
    onEvent: (event, app) =>
      events.push(`${app ?? 'all'} ${event.kind}${event.kind === 'app_removed' ? ` ${event.name}` : ''}`),
    onBreak: (error) => breaks.push(error),
    isSilent: () => isSilent,
    random: () => 1,
  })
})
afterEach(() => {
  stream.stop()
  mock.timers.reset()
})

/** A connection whose other end is the test. */
function open(app: string | undefined, signal: AbortSignal): AsyncIterable<LiveEvent> {
  const { readable, writable } = new TransformStream<LiveEvent, LiveEvent>()
  const writer = writable.getWriter()
  const one: Opened = {
    app,
    isLeft: false,
    send: (event) => void writer.write(event).catch(() => undefined),
    end: (error) => void (error ? writer.abort(error) : writer.close()).catch(() => undefined),
  }
  signal.addEventListener('abort', () => {
    one.isLeft = true
    writer.abort(signal.reason).catch(() => undefined)
  })
  opened.push(one)
  return readable
}

const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
const last = () => opened.at(-1) as Opened

test('connects again after a break, and says that it broke', async () => {
  stream.start()
  last().send(snapshot)
  await settle()
  const error = new PlatformError('engine_unavailable', 'Broken')
  last().end(error)
  await settle()
  assert.deepEqual(breaks, [error])
  assert.equal(opened.length, 1)
  mock.timers.tick(400)
  assert.equal(opened.length, 2)
  last().send(snapshot)
  await settle()
  assert.deepEqual(events, ['all snapshot', 'all snapshot'])
})

test('waits longer from try to try, and not at all when woken', async () => {
  stream.start()
  for (const waitMs of [400, 800, 1_600]) {
    last().end(new PlatformError('engine_unavailable', 'Nothing answers'))
    await settle()
    const before = opened.length
    mock.timers.tick(waitMs - 1)
    assert.equal(opened.length, before)
    mock.timers.tick(1)
    assert.equal(opened.length, before + 1)
  }
  last().end()
  await settle()
  const before = opened.length
  stream.wake()
  assert.equal(opened.length, before + 1)
  stream.wake()
  assert.equal(opened.length, before + 1, 'a connection that is being made is not begun again')
})

test('another app is followed without leaving the former stream before the new one delivers', async () => {
  stream.start()
  const first = last()
  first.send(snapshot)
  await settle()
  stream.setApp('shop')
  const second = last()
  assert.equal(second.app, 'shop')
  first.send(removed('a'))
  await settle()
  assert.equal(first.isLeft, false)
  second.send(snapshot)
  await settle()
  assert.equal(first.isLeft, true)
  second.send(removed('b'))
  await settle()
  assert.deepEqual(events, ['all snapshot', 'all app_removed a', 'shop snapshot', 'shop app_removed b'])
  assert.deepEqual(breaks, [])
})

test('an app that does not exist costs nothing but its own part', async () => {
  stream.setApp('gone')
  stream.start()
  assert.equal(last().app, 'gone')
  last().end(new PlatformError('app_not_found', 'No app gone'))
  await settle()
  assert.equal(last().app, undefined)
  assert.equal(opened.length, 2)
  assert.deepEqual(breaks, [])
})

test('a connection that has gone silent is left for a new one', async () => {
  stream.start()
  last().send(snapshot)
  await settle()
  isSilent = true
  mock.timers.tick(1_000)
  assert.equal(opened[0]?.isLeft, true)
  assert.equal(breaks.length, 1)
  mock.timers.tick(400)
  assert.equal(opened.length, 2)
})

test('a connection that never delivers is given up', async () => {
  stream.start()
  mock.timers.tick(21_000)
  assert.equal(opened[0]?.isLeft, true)
  mock.timers.tick(400)
  assert.equal(opened.length, 2)
})

test('nothing is left once it is stopped', async () => {
  stream.start()
  last().send(snapshot)
  await settle()
  stream.stop()
  assert.equal(opened[0]?.isLeft, true)
  mock.timers.tick(60_000)
  assert.equal(opened.length, 1)
  assert.deepEqual(breaks, [])
})
