import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Client, type LogLine, PlatformError } from '@berth/contract'
import { createLogFeed } from './log-feed.ts'
import { createLogRing } from './log-ring.ts'

const lineOf = (second: number, text: string): LogLine => ({
  instanceId: 'i1',
  service: 'web',
  machine: 'm1',
  stream: 'stdout',
  at: new Date(Date.UTC(2026, 10, 21, 10, 0, second)).toISOString(),
  text,
})

type Script = (signal: AbortSignal) => AsyncGenerator<LogLine>

/** Each connection plays the next script, and the last one again and again. */
function play(...scripts: Script[]) {
  const tails: unknown[] = []
  const client = {
    stream: (_: unknown, { query }: { query: { tail: number } }, { signal }: { signal: AbortSignal }) => {
      tails.push(query.tail)
      return (scripts[tails.length - 1] ?? scripts.at(-1))?.(signal)
    },
  } as unknown as Pick<Client, 'stream'>
  const ring = createLogRing({ mostLines: 20_000, mostCharacters: 1e6 })
  const feed = createLogFeed({ client, app: 'shop', ring, onChange: () => undefined, random: () => 0 })
  const texts = () => Array.from({ length: ring.length() }, (_, index) => ring.get(ring.firstNumber() + index)?.text)
  return { feed, ring, texts, tails }
}

async function until(isTrue: () => boolean) {
  for (let tries = 0; !isTrue(); tries++) {
    assert.ok(tries < 500, 'it never came true')
    await delay(5)
  }
}

const broken = new PlatformError('engine_unavailable', 'The connection broke')

async function* lines(signal: AbortSignal, { given, thenBreak }: { given: LogLine[]; thenBreak?: PlatformError }) {
  yield* given
  if (thenBreak) throw thenBreak
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

test('after a break it goes on without repeating a line, and says that it broke', async () => {
  const [a, b, c] = [lineOf(1, 'a'), lineOf(2, 'b'), lineOf(3, 'c')]
  const { feed, texts, tails } = play(
    (signal) => lines(signal, { given: [a, b], thenBreak: broken }),
    (signal) => lines(signal, { given: [a, b, c] }),
  )
  feed.start()
  await until(() => texts().includes('c'))
  feed.stop()
  assert.deepEqual(texts(), ['a', 'b', 'Connected again after a moment', 'c'])
  assert.equal(tails.length, 2)
})

test('what trying again cannot change ends it, until somebody asks again', async () => {
  const { feed, texts } = play(
    (signal) => lines(signal, { given: [], thenBreak: new PlatformError('app_not_found', 'There is no app shop') }),
    (signal) => lines(signal, { given: [lineOf(1, 'back')] }),
  )
  feed.start()
  await until(() => feed.getState().kind === 'over')
  feed.reconnect()
  await until(() => texts().includes('back'))
  assert.equal(feed.getState().kind, 'live')
  feed.stop()
})

test('a connection that only seems to be there is made anew', async () => {
  const { feed, tails } = play((signal) => lines(signal, { given: [lineOf(1, 'a')] }))
  feed.start()
  await until(() => feed.getState().kind === 'live')
  feed.reconnect()
  await until(() => tails.length === 2)
  await until(() => feed.getState().kind === 'live')
  feed.stop()
})

test('while the reader pauses, only so many lines come', async () => {
  const { feed, ring } = play(async function* () {
    for (let second = 0; second < 12_000; second++) yield lineOf(second, `${second}`)
    await delay(10_000, undefined, { ref: false })
  })
  feed.setPaused(true)
  feed.start()
  await until(() => ring.length() >= 5_000)
  await delay(20)
  assert.equal(ring.length(), 5_000)
  feed.setPaused(false)
  await until(() => ring.length() === 12_000)
  feed.stop()
})
