import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createClient, defineEndpoint, PlatformError } from '@berth/contract'
import pino from 'pino'
import { z } from 'zod'
import { failureLimit } from '../gate/failure-limit.ts'
import { createGate } from '../gate/gate.ts'
import { handle } from './endpoint-handler.ts'
import { serverMetrics } from './metrics.ts'
import { serveHttp } from './serve-http.ts'

const count = defineEndpoint({
  method: 'GET',
  path: '/v1/counts/:kind',
  access: 'anyone',
  on: 'platform',
  summary: 'Count',
  params: z.strictObject({ kind: z.string() }),
  result: z.strictObject({ count: z.int() }),
  stream: true,
  errors: ['app_not_found'],
})

/** Settled from outside: what a test waits for, and what a stream waits for. */
const ended = Promise.withResolvers<string>()

async function* countTo(kind: string, signal: AbortSignal) {
  if (kind === 'missing') throw new PlatformError('app_not_found', 'No such app')
  if (kind === 'empty') return
  if (kind === 'silent') await untilAborted(signal)
  yield { count: 1 }
  if (kind === 'undeclared') yield { count: 2, password: 'hunter2' }
  if (kind === 'breaking') throw new Error('the secret is hunter2')
  if (kind === 'refusing') throw new PlatformError('engine_unavailable', 'Gone')
  if (kind === 'endless') await untilAborted(signal)
  if (kind === 'large') for (let at = 2; at <= 20_000; at++) yield { count: at }
  yield { count: 2 }
}

async function untilAborted(signal: AbortSignal) {
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  ended.resolve(signal.reason.message)
  throw signal.reason
}

const stop = new AbortController()
after(() => stop.abort())
const log = pino({ level: 'silent' })
const options = {
  handlers: [handle(count, ({ params: { kind }, signal }) => countTo(kind, signal))],
  declared: [count],
  rawRoutes: [],
  gate: createGate({ methods: [], limit: failureLimit({ now: Date.now }), projectOf: async () => undefined, log }),
  metrics: serverMetrics(),
  log,
  times: { firstCommentMs: 20, commentMs: 10 },
  host: '127.0.0.1',
  port: 0,
}
const { port } = await serveHttp(options, stop.signal)
const urlOf = (kind: string) => `http://127.0.0.1:${port}/v1/counts/${kind}`

test('sends each result as an event and then ends', async () => {
  const response = await fetch(urlOf('two'))
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  assert.equal(response.headers.get('cache-control'), 'no-store, no-transform')
  assert.equal(response.headers.get('x-accel-buffering'), 'no')
  assert.ok(response.headers.get('x-request-id'))
  assert.equal(await response.text(), 'data: {"count":1}\n\ndata: {"count":2}\n\n')
})

test('a stream without events is an empty one', async () => {
  const response = await fetch(urlOf('empty'))
  assert.equal(response.status, 200)
  assert.equal(await response.text(), '')
})

test('an error before the first event is an ordinary problem', async () => {
  const response = await fetch(urlOf('missing'))
  assert.equal(response.status, 404)
  assert.equal(((await response.json()) as { code: string }).code, 'app_not_found')
})

test('an error after the start is the last event, and one of ours says nothing', async () => {
  assert.match(await (await fetch(urlOf('refusing'))).text(), /event: problem\ndata: \{.*"code":"engine_unavailable"/)
  const breaking = await (await fetch(urlOf('breaking'))).text()
  assert.match(breaking, /event: problem\ndata: \{.*"code":"internal"/)
  assert.doesNotMatch(breaking, /hunter2/)
})

test('an event that was not declared does not leave the server', async () => {
  const text = await (await fetch(urlOf('undeclared'))).text()
  assert.match(text, /"code":"internal"/)
  assert.doesNotMatch(text, /hunter2|password/)
})

test('a silent stream starts with a comment, repeats it, and is stopped when the caller leaves', async () => {
  const leave = new AbortController()
  const response = await fetch(urlOf('silent'), { signal: leave.signal })
  assert.equal(response.status, 200)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (text.split(': still here\n\n').length < 4) text += (await reader?.read())?.value ?? ''
  leave.abort()
  assert.equal(await ended.promise, 'The caller has left')
})

test('more events than the socket takes at once arrive whole and in order', async () => {
  const client = createClient({ baseUrl: `http://127.0.0.1:${port}` })
  let last = 0
  for await (const { count: at } of client.stream(count, { params: { kind: 'large' } })) {
    if (at === 2 && last === 20_000) break
    assert.equal(at, last + 1)
    last = at
  }
  assert.equal(last, 20_000)
})

test('a server that stops tells its open streams to connect again', async () => {
  const ownStop = new AbortController()
  const server = await serveHttp(options, ownStop.signal)
  const response = await fetch(`http://127.0.0.1:${server.port}/v1/counts/endless`)
  ownStop.abort()
  assert.match(await response.text(), /data: \{"count":1\}\n\nevent: problem\ndata: \{.*"code":"server_standby"/)
  await server.closed
})
