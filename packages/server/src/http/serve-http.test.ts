import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { defineEndpoint, PlatformError, type Problem } from '@berth/contract'
import pino from 'pino'
import { z } from 'zod'
import { failureLimit } from '../gate/failure-limit.ts'
import { createGate } from '../gate/gate.ts'
import { bearerToken } from '../gate/identification.ts'
import { testCaller } from '../gate/test-caller.ts'
import { handle } from './endpoint-handler.ts'
import { serverMetrics } from './metrics.ts'
import { rawRoutes } from './raw-routes.ts'
import { createHttpApp, serveHttp } from './serve-http.ts'

const greet = defineEndpoint({
  method: 'POST',
  path: '/v1/greetings/:name',
  access: 'read',
  on: 'platform',
  summary: 'Greet',
  params: z.strictObject({
    name: z
      .string()
      .max(20)
      .regex(/^[a-z]+$/, 'use a to z'),
  }),
  query: z.strictObject({ times: z.coerce.number().int().default(1) }),
  body: z.strictObject({ loud: z.boolean().default(false) }),
  result: z.strictObject({ greeting: z.string(), by: z.string() }),
  errors: [],
})

const ping = defineEndpoint({
  method: 'GET',
  path: '/v1/ping',
  access: 'anyone',
  on: 'platform',
  summary: 'Ping',
  result: z.strictObject({ pong: z.literal(true) }),
  errors: [],
})

const fail = defineEndpoint({
  method: 'GET',
  path: '/v1/failures/:kind',
  access: 'anyone',
  on: 'platform',
  summary: 'Fail',
  params: z.strictObject({ kind: z.string() }),
  result: z.strictObject({}),
  errors: [],
})

const chat = defineEndpoint({
  method: 'POST',
  path: '/v1/chat',
  access: 'anyone',
  on: 'platform',
  summary: 'What a handler is told of a request',
  result: z.strictObject({ address: z.string(), isSecure: z.boolean(), agent: z.string() }),
  errors: [],
})

const handlers = [
  handle(chat, ({ address, isSecure, headers, setCookie }) => {
    setCookie('one=1; Path=/')
    setCookie('two=2; Path=/')
    return { address, isSecure, agent: String(headers['user-agent']) }
  }),
  handle(greet, ({ params, query, body, caller }) => ({
    greeting: `${body.loud ? 'HELLO' : 'hello'} ${params.name}`.repeat(query.times),
    by: caller.name,
  })),
  handle(ping, () => ({ pong: true as const })),
  handle(fail, ({ params: { kind } }) => {
    if (kind === 'known') throw new PlatformError('app_exists', 'Taken', { hint: 'Use another' })
    if (kind === 'undeclared') return { password: 'hunter2' } as never
    throw new Error('the secret is hunter2')
  }),
]
const declared = [greet, ping, fail, chat]

const stop = new AbortController()
after(() => stop.abort())

const logged: string[] = []
const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) })
const metrics = serverMetrics()
const gate = createGate({
  methods: [bearerToken(async (token) => (token === 'good' ? testCaller('ann', 'admin') : undefined))],
  limit: failureLimit({ now: Date.now }),
  projectOf: async () => undefined,
  log,
})
const options = { handlers, declared, gate, log, metrics, rawRoutes: rawRoutes({ metrics, version: '1.0.0' }) }
const app = createHttpApp(options, stop.signal)
const authorization = 'Bearer good'
const json = { authorization, 'content-type': 'application/json' }

const greeting = (request: { url?: string; payload?: string; headers?: Record<string, string> }) =>
  app.inject({ method: 'POST', url: '/v1/greetings/bob', headers: json, payload: '{}', ...request })

test('a handler gets what the schemas made of the request', async () => {
  const answer = await greeting({ url: '/v1/greetings/bob?times=2', payload: '{"loud":true}' })
  assert.deepEqual(answer.json(), { greeting: 'HELLO bobHELLO bob', by: 'ann' })
})

test('a handler is told where a request came from and by what, and answers with cookies', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'user-agent': 'Lynx' }
  const answer = await app.inject({ method: 'POST', url: '/v1/chat', headers })
  assert.deepEqual(answer.json(), { address: '203.0.113.9', isSecure: true, agent: 'Lynx' })
  assert.deepEqual(answer.headers['set-cookie'], ['one=1; Path=/', 'two=2; Path=/'])
  const plain = await app.inject({ method: 'POST', url: '/v1/chat', remoteAddress: '203.0.113.9', headers })
  assert.equal(plain.json().isSecure, false, 'Only what an edge says of https is believed')
})

test('everything that is wrong with a request is said at once', async () => {
  const answer = await greeting({ url: '/v1/greetings/BOB?times=x&more=1', payload: '{"loud":1,"quiet":true}' })
  assert.equal(answer.statusCode, 400)
  assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
  const { code, detail } = answer.json()
  assert.equal(code, 'invalid_request')
  for (const words of ['name: use a to z', 'times: ', 'more', 'loud: ', 'quiet'])
    assert.match(detail, new RegExp(words))
})

const refusedBodies: [what: string, payload: string, type: string, detail: RegExp][] = [
  ['malformed JSON', '{"loud":', 'application/json', /not valid JSON/],
  ['nothing said to be JSON', '', 'application/json', /empty/],
  ['a form', 'loud=1', 'application/x-www-form-urlencoded', /not said to be JSON/],
  ['plain text', '{}', 'text/plain', /not said to be JSON/],
  ['a body that sets the prototype', '{"__proto__":{"loud":true}}', 'application/json', /./],
  ['an array', '[]', 'application/json', /./],
]
for (const [what, payload, type, detail] of refusedBodies) {
  test(`refuses ${what} in words`, async () => {
    const answer = await greeting({ payload, headers: { authorization, 'content-type': type } })
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().code, 'invalid_request')
    assert.match(answer.json().detail, detail)
  })
}

test('refuses a body of more than 1 MiB', async () => {
  const answer = await greeting({ payload: JSON.stringify({ text: 'x'.repeat(1024 ** 2) }) })
  assert.equal(answer.statusCode, 413)
  assert.equal(answer.json().code, 'request_too_large')
})

const hostileNames = ['%', '%zz', '%ff', '%00', '..%2f..', "a'%3B%20rm%20-rf%20%2F", '%F0%9F%98%80', 'x'.repeat(300)]
for (const name of hostileNames) {
  test(`a path with ${name.slice(0, 30)} is a bad request, not a failure`, async () => {
    const answer = await greeting({ url: `/v1/greetings/${name}` })
    assert.equal(answer.statusCode, 400, answer.body)
    assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
  })
}

test('an address that does not exist is a problem', async () => {
  const answer = await app.inject({ url: '/v1/nothing?token=x', headers: { authorization } })
  assert.equal(answer.statusCode, 404)
  assert.deepEqual(
    { ...answer.json<Problem>(), requestId: '' },
    {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'not_found',
      detail: 'There is nothing at GET /v1/nothing',
      requestId: '',
    },
  )
})

test('a method that a path does not have is told which it has', async () => {
  const answer = await app.inject({ method: 'DELETE', url: '/v1/greetings/bob', headers: { authorization } })
  assert.equal(answer.statusCode, 405)
  assert.equal(answer.json().code, 'method_not_allowed')
  assert.equal(answer.headers.allow, 'POST')
})

test('HEAD is answered like GET, without the body', async () => {
  const answer = await app.inject({ method: 'HEAD', url: '/v1/ping' })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.body, '')
})

test("a handler's own refusal keeps its code, words and hint", async () => {
  const answer = await app.inject('/v1/failures/known')
  assert.equal(answer.statusCode, 409)
  const { code, detail, hint } = answer.json()
  assert.deepEqual({ code, detail, hint }, { code: 'app_exists', detail: 'Taken', hint: 'Use another' })
})

test('any other failure says nothing but a request id, under which the log tells all', async () => {
  const answer = await app.inject('/v1/failures/unknown')
  assert.equal(answer.statusCode, 500)
  assert.doesNotMatch(answer.body, /hunter2/)
  const { requestId } = answer.json()
  assert.equal(answer.headers['x-request-id'], requestId)
  const line = logged.find((text) => text.includes(requestId) && text.includes('request_failed'))
  assert.match(line ?? '', /the secret is hunter2/)
})

test('a result that was not declared does not leave the server', async () => {
  const answer = await app.inject('/v1/failures/undeclared')
  assert.equal(answer.statusCode, 500)
  assert.doesNotMatch(answer.body, /hunter2|password/)
})

test('a token is never logged', async () => {
  await app.inject({ url: '/v1/nothing', headers: { authorization: 'Bearer wrong-secret' } })
  await greeting({})
  assert.doesNotMatch(logged.join('\n'), /wrong-secret|Bearer/)
})

test('metrics name the declared path, never the one asked for', async () => {
  await greeting({})
  await app.inject({ url: '/v1/secret-name', headers: { authorization } })
  const answer = await app.inject({ url: '/metrics', headers: { authorization } })
  assert.match(
    answer.body,
    /berth_http_request_duration_seconds_count\{method="POST",route="\/v1\/greetings\/:name",status="200"\}/,
  )
  assert.match(answer.body, /process_cpu_seconds_total/)
  assert.doesNotMatch(answer.body, /secret-name|greetings\/bob/)
})

test('the OpenAPI document is served', async () => {
  const answer = await app.inject({ url: '/v1/openapi.json', headers: { authorization } })
  assert.equal(answer.json().openapi, '3.1.0')
})

test('every answer, also a refusal, forbids guessing its type and carries the request id', async () => {
  for (const url of ['/v1/ping', '/', '/v1/nothing', '/v1/%zz', '/v1/failures/unknown']) {
    const { headers } = await app.inject(url)
    assert.equal(headers['x-content-type-options'], 'nosniff', url)
    assert.match(String(headers['content-security-policy']), /default-src 'none'/, url)
    assert.ok(headers['x-request-id'], url)
  }
})

test('a declared endpoint without a handler stops the start, and so does a handler too many', () => {
  assert.throws(() => createHttpApp({ ...options, handlers: handlers.slice(1) }, stop.signal), /has no handler/)
  assert.throws(() => createHttpApp({ ...options, declared: [greet] }, stop.signal), /GET \/v1\/ping is not declared/)
  const twice = [...handlers, ...handlers]
  assert.throws(() => createHttpApp({ ...options, handlers: twice }, stop.signal), /has two handlers/)
})

const server = await serveHttp({ ...options, host: '127.0.0.1', port: 0 }, stop.signal)

/** Sends bytes as they are: fetch and inject would tidy them up first. */
async function sendRaw(request: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1')
  socket.write(request)
  return text(socket)
}

const hostileRequests: [what: string, request: string, status: number][] = [
  ['what is not HTTP', 'hello\r\n\r\n', 400],
  ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`, 400],
  ['the asterisk form', 'OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 405],
  ['the absolute form', 'GET http://elsewhere/v1/x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 401],
  ['a path that climbs', 'GET /../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 401],
  ['bytes that are not UTF-8', 'GET /v1/%c0%ae HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
  [
    'an upgrade to a WebSocket',
    'GET /v1/nothing HTTP/1.1\r\nhost: x\r\nconnection: close, upgrade\r\nupgrade: websocket\r\n\r\n',
    401,
  ],
]
for (const [what, request, status] of hostileRequests) {
  test(`${what} is answered with a problem`, async () => {
    const answer = await sendRaw(request)
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
    assert.match(answer, /application\/problem\+json/)
  })
}

test('closes when it is told to stop', async () => {
  const ownStop = new AbortController()
  const { port, closed } = await serveHttp({ ...options, host: '127.0.0.1', port: 0 }, ownStop.signal)
  assert.equal((await fetch(`http://127.0.0.1:${port}/v1/ping`)).status, 200)
  ownStop.abort()
  await closed
  await assert.rejects(fetch(`http://127.0.0.1:${port}/v1/ping`))
})
