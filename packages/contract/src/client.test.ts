import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { z } from 'zod'
import { createClient } from './client.ts'
import { defineEndpoint } from './endpoint.ts'
import { PlatformError } from './errors.ts'

const getShip = defineEndpoint({
  method: 'GET',
  path: '/v1/ships/:ship',
  access: 'read',
  on: 'platform',
  summary: 'One ship',
  params: z.strictObject({ ship: z.string() }),
  query: z.strictObject({ limit: z.coerce.number().default(3), since: z.string().optional() }),
  result: z.strictObject({ name: z.string() }),
  errors: [],
})

const addShip = defineEndpoint({
  method: 'POST',
  path: '/v1/ships',
  access: 'deploy',
  on: 'platform',
  summary: 'Add a ship',
  body: z.strictObject({ name: z.string().min(1, 'a ship has a name') }),
  result: z.strictObject({ name: z.string() }),
  errors: [],
})

const followShip = defineEndpoint({
  method: 'GET',
  path: '/v1/ships/:ship/events',
  access: 'read',
  on: 'platform',
  summary: 'Where the ship is',
  params: z.strictObject({ ship: z.string() }),
  result: z.strictObject({ at: z.string() }),
  stream: true,
  errors: [],
})

type Answer = (request: IncomingMessage, response: ServerResponse) => void

async function serve(t: TestContext, answer: Answer) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const sendJson = (response: ServerResponse, status: number, body: unknown, type = 'application/json') =>
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(JSON.stringify(body))

const fails = (code: string, message: RegExp, hint?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof PlatformError, String(error))
  assert.equal(error.code, code)
  assert.match(error.message, message)
  if (hint) assert.match(error.hint ?? '', hint)
  return true
}

const events = { 'content-type': 'text/event-stream' }

async function collect<T>(source: AsyncIterable<T>, into: T[] = []): Promise<T[]> {
  for await (const item of source) into.push(item)
  return into
}

test('fills the path, leaves out what is undefined and sends the token', async (t) => {
  let seen: IncomingMessage | undefined
  const baseUrl = await serve(t, (request, response) => {
    seen = request
    sendJson(response, 200, { name: 'a' })
  })
  const client = createClient({ baseUrl: `${baseUrl}/`, token: 'secret' })
  const ship = await client.call(getShip, { params: { ship: 'a/b ?' }, query: { limit: 5, since: undefined } })
  assert.deepEqual(ship, { name: 'a' })
  assert.equal(seen?.url, '/v1/ships/a%2Fb%20%3F?limit=5')
  assert.equal(seen?.headers.authorization, 'Bearer secret')
})

test('sends a body as JSON', async (t) => {
  const baseUrl = await serve(t, async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    assert.equal(request.headers['content-type'], 'application/json')
    sendJson(response, 200, JSON.parse(text))
  })
  assert.deepEqual(await createClient({ baseUrl }).call(addShip, { body: { name: 'Björn' } }), { name: 'Björn' })
})

test('refuses a bad input before anything is sent', async () => {
  const client = createClient({ baseUrl: 'http://127.0.0.1:1' })
  await assert.rejects(client.call(addShip, { body: { name: '' } }), fails('invalid_request', /a ship has a name/))
  await assert.rejects(
    client.call(getShip, { params: { ship: '..' }, query: {} }),
    fails('invalid_request', /ship: "\.\." is not an id/),
  )
})

test('a problem document becomes the error that the server threw', async (t) => {
  const problem = { type: 'about:blank', title: 'x', status: 404, code: 'app_not_found', detail: 'No app x', hint: 'h' }
  const baseUrl = await serve(t, (_, response) => sendJson(response, 404, problem, 'application/problem+json'))
  await assert.rejects(
    createClient({ baseUrl }).call(getShip, { params: { ship: 'x' }, query: {} }),
    fails('app_not_found', /^No app x$/, /^h$/),
  )
})

test('a code of a newer server is an internal error that keeps its words', async (t) => {
  const problem = { type: 'about:blank', title: 'x', status: 418, code: 'teapot', detail: 'Short and stout' }
  const baseUrl = await serve(t, (_, response) => sendJson(response, 418, problem, 'application/problem+json'))
  await assert.rejects(
    createClient({ baseUrl }).call(getShip, { params: { ship: 'x' }, query: {} }),
    fails('internal', /Short and stout/),
  )
})

test('an answer that the declaration does not know is an error', async (t) => {
  const baseUrl = await serve(t, (_, response) => sendJson(response, 200, { name: 'a', extra: 1 }))
  await assert.rejects(
    createClient({ baseUrl }).call(getShip, { params: { ship: 'x' }, query: {} }),
    fails('internal', /not understood/, /same version/),
  )
})

test('says so when nothing answers', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  t.diagnostic(`closed port ${port}`)
  await assert.rejects(
    createClient({ baseUrl: `http://127.0.0.1:${port}` }).call(getShip, { params: { ship: 'x' }, query: {} }),
    fails('engine_unavailable', /Nothing answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/, /quickstart/),
  )
})

for (const [status, message] of [
  [404, /is not Berth \(answer 404\)/],
  [200, /is not Berth \(answer 200\)/],
  [503, /not up behind .* \(answer 503\)/],
] as const) {
  test(`a page of an edge with ${status} is not taken for Berth's answer`, async (t) => {
    const page = (_: unknown, response: ServerResponse) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Hello</h1>')
    const client = createClient({ baseUrl: await serve(t, page) })
    await assert.rejects(
      client.call(getShip, { params: { ship: 'x' }, query: {} }),
      fails('engine_unavailable', message),
    )
    await assert.rejects(
      collect(client.stream(followShip, { params: { ship: 'x' } })),
      fails('engine_unavailable', message),
    )
  })
}

test('a call that takes too long ends', async (t) => {
  const client = createClient({ baseUrl: await serve(t, () => undefined), timeoutMs: 50 })
  await assert.rejects(
    client.call(getShip, { params: { ship: 'x' }, query: {} }),
    fails('engine_unavailable', /did not answer in 0\.05 s/),
  )
})

test('an aborted call rejects with the reason', async (t) => {
  const stop = new AbortController()
  const client = createClient({ baseUrl: await serve(t, () => stop.abort(new Error('enough'))) })
  await assert.rejects(client.call(getShip, { params: { ship: 'x' }, query: {} }, stop), /^Error: enough$/)
})

test('reads events whatever the pieces they arrive in', async (t) => {
  const text =
    ': hello\n\ndata: {"at":\ndata: "Kiel"}\n\nevent: message\r\nid: 7\r\ndata:{"at":"Ålesund"}\r\n\r\ndata: {"at":"cut'
  const baseUrl = await serve(t, async (_, response) => {
    response.writeHead(200, events)
    for (const byte of Buffer.from(text)) {
      response.write(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    response.end()
  })
  const seen = await collect(createClient({ baseUrl }).stream(followShip, { params: { ship: 'x' } }))
  assert.deepEqual(seen, [{ at: 'Kiel' }, { at: 'Ålesund' }])
})

test('a problem inside a stream is thrown', async (t) => {
  const problem = { code: 'deployment_not_found', detail: 'Gone' }
  const baseUrl = await serve(t, (_, response) => {
    response.writeHead(200, events).end(`data: {"at":"Kiel"}\n\nevent: problem\ndata: ${JSON.stringify(problem)}\n\n`)
  })
  const seen: unknown[] = []
  await assert.rejects(
    collect(createClient({ baseUrl }).stream(followShip, { params: { ship: 'x' } }), seen),
    fails('deployment_not_found', /Gone/),
  )
  assert.deepEqual(seen, [{ at: 'Kiel' }])
})

test('a stream that broke before its end throws', async (t) => {
  const baseUrl = await serve(t, (request, response) => {
    response.writeHead(200, events).write('data: {"at":"Kiel"}\n\n', () => request.socket.destroy())
  })
  const seen: unknown[] = []
  await assert.rejects(
    collect(createClient({ baseUrl }).stream(followShip, { params: { ship: 'x' } }), seen),
    fails('engine_unavailable', /The connection to .* broke/),
  )
  assert.deepEqual(seen, [{ at: 'Kiel' }])
})

test('leaving a stream closes its connection', async (t) => {
  const closed = Promise.withResolvers<void>()
  const baseUrl = await serve(t, (request, response) => {
    request.socket.once('close', () => closed.resolve())
    response.writeHead(200, events).write('data: {"at":"Kiel"}\n\n')
  })
  for await (const _ of createClient({ baseUrl }).stream(followShip, { params: { ship: 'x' } })) break
  await closed.promise
})

test('a stream outlives the time a call may take', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const arrived = Promise.withResolvers<void>()
  const baseUrl = await serve(t, async (_, response) => {
    response.writeHead(200, events).write('data: {"at":"Kiel"}\n\n')
    await arrived.promise
    response.end('data: {"at":"Oslo"}\n\n')
  })
  const client = createClient({ baseUrl, timeoutMs: 1_000 })
  const seen: unknown[] = []
  for await (const ship of client.stream(followShip, { params: { ship: 'x' } })) {
    seen.push(ship)
    t.mock.timers.tick(1_001)
    arrived.resolve()
  }
  assert.deepEqual(seen, [{ at: 'Kiel' }, { at: 'Oslo' }])
})
