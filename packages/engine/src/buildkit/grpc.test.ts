import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { GrpcError, grpcClient } from './grpc-client.ts'
import { frame, messagesIn } from './grpc-frames.ts'
import { type GrpcMethod, serveGrpc } from './grpc-server.ts'
import { bytesField, messageOf, readFields, textOf } from './protobuf.ts'
import { sessionMethods } from './session.ts'

const never = new AbortController().signal

const refuse = (error: Error): GrpcMethod =>
  async function* () {
    yield* await Promise.reject<Buffer[]>(error)
  }

async function connected(t: TestContext, methods: ReadonlyMap<string, GrpcMethod>) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const accepted = once(server, 'connection')
  const near = dial(port, '127.0.0.1')
  const [far] = (await accepted) as [Socket]
  const failures: unknown[] = []
  const served = serveGrpc(far, methods, (error) => failures.push(error))
  const client = grpcClient(near)
  t.after(() => {
    client.close()
    served.destroy()
    server.close()
  })
  return { client, failures }
}

const all = (
  client: ReturnType<typeof grpcClient>,
  method: string,
  request: Buffer = Buffer.alloc(0),
  signal = never,
) => Array.fromAsync(client.call(method, request, signal))

test('messages are whole, however they are cut on the way', async () => {
  const bytes = Buffer.concat([frame(Buffer.from('one')), frame(Buffer.alloc(0)), frame(Buffer.from('three'))])
  for (const size of [1, 2, 7, bytes.length]) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    )
    const found = await Array.fromAsync(messagesIn(Readable.from(pieces)))
    assert.deepEqual(found.map(String), ['one', '', 'three'])
  }
  await assert.rejects(Array.fromAsync(messagesIn(Readable.from([bytes.subarray(0, -1)]))), /middle of a message/)
})

test('a call is answered, with one message or many', async (t) => {
  const methods = new Map<string, GrpcMethod>([
    [
      '/echo',
      async function* ({ request }) {
        yield await request()
      },
    ],
    [
      '/many',
      async function* () {
        for (let i = 0; i < 100; i++) yield Buffer.alloc(50_000, i)
      },
    ],
  ])
  const { client } = await connected(t, methods)
  assert.deepEqual((await all(client, '/echo', Buffer.from('hi'))).map(String), ['hi'])
  const many = await all(client, '/many')
  assert.deepEqual([many.length, many[99]?.[0]], [100, 99])
})

test('a refusal comes with its words, and what is not offered is refused', async (t) => {
  const methods = new Map<string, GrpcMethod>([
    ['/refuse', refuse(new GrpcError(5, 'no such thing'))],
    ['/break', refuse(new Error('with a secret in it'))],
  ])
  const { client, failures } = await connected(t, methods)
  await assert.rejects(all(client, '/refuse'), { status: 5, message: 'no such thing' })
  await assert.rejects(all(client, '/none'), { status: 12 })
  await assert.rejects(all(client, '/break'), (error: GrpcError) => !/secret/.test(error.message))
  assert.equal(failures.length, 1)
})

test('a call that is given up ends with the reason, and the other side hears of it', async (t) => {
  const gone = Promise.withResolvers<void>()
  const methods = new Map<string, GrpcMethod>([
    [
      '/endless',
      async function* () {
        try {
          for (;;) {
            yield Buffer.from('tick')
            await new Promise((resolve) => setTimeout(resolve, 5))
          }
        } finally {
          gone.resolve()
        }
      },
    ],
  ])
  const { client } = await connected(t, methods)
  const stop = new AbortController()
  const calling = (async () => {
    for await (const _ of client.call('/endless', Buffer.alloc(0), stop.signal)) stop.abort(new Error('enough'))
  })()
  await assert.rejects(calling, /enough/)
  await gone.promise
})

test('an engine that goes away ends the calls', async (t) => {
  const methods = new Map<string, GrpcMethod>([['/wait', () => new ReadableStream<Buffer>()]])
  const { client } = await connected(t, methods)
  const calling = all(client, '/wait')
  setTimeout(() => client.close(), 20)
  await assert.rejects(calling)
})

test('a session gives what was offered, and nothing else', async (t) => {
  const offer = {
    context: Readable.from([Buffer.from('a tar')]),
    secrets: { TOKEN: 's3cret' },
    credentials: [{ host: 'docker.io', username: 'ann', password: 'pw' }],
  }
  const { client } = await connected(t, sessionMethods(offer, 'up'))
  const ask = async (method: string, text: string) =>
    readFields((await all(client, method, bytesField(1, text)))[0] ?? Buffer.alloc(0))
  const secret = '/moby.buildkit.secrets.v1.Secrets/GetSecret'
  assert.equal(textOf(await ask(secret, 'TOKEN'), 1), 's3cret')
  await assert.rejects(ask(secret, 'OTHER'), { status: 5 })
  await assert.rejects(ask(secret, 'constructor'), { status: 5 })
  const auth = '/moby.filesync.v1.Auth/Credentials'
  assert.deepEqual(
    [textOf(await ask(auth, 'registry-1.docker.io'), 2), textOf(await ask(auth, 'ghcr.io'), 2)],
    ['pw', ''],
  )
  assert.equal(messageOf(await ask('/grpc.health.v1.Health/Check', ''), 1), undefined)
  await assert.rejects(all(client, '/moby.upload.v1.Upload/Pull'), { status: 5 })
})
