import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Duplex } from 'node:stream'
import { GrpcError, grpcStatus } from './grpc-client.ts'
import { frame, messagesIn } from './grpc-frames.ts'

export type GrpcCall = {
  headers: IncomingHttpHeaders
  /** The message that the caller sends; not to be waited for where the method takes none. */
  request(): Promise<Buffer>
}

/** Answers one call with its messages. Throws `GrpcError` for a refusal that the caller is to be told. */
export type GrpcMethod = (call: GrpcCall) => AsyncIterable<Buffer>

/** Answers calls that come over a connection; methods by path, such as `/grpc.health.v1.Health/Check`. */
export function serveGrpc(
  socket: Duplex,
  methods: ReadonlyMap<string, GrpcMethod>,
  onFailure: (error: unknown) => void,
): ServerHttp2Session {
  const session = performServerHandshake(socket)
  session.on('error', () => undefined) // The caller's side tells why it is gone.
  session.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    answer(stream, headers, methods).catch((error: unknown) => {
      if (!(error instanceof GrpcError)) onFailure(error)
      refuse(stream, error)
    })
  })
  return session
}

async function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  methods: ReadonlyMap<string, GrpcMethod>,
) {
  const method = methods.get(headers[':path'] ?? '')
  if (!method) throw new GrpcError(grpcStatus.unimplemented, 'not offered')
  let isBegun = false
  for await (const message of method({ headers, request: () => readRequest(stream) })) {
    if (stream.destroyed) return
    if (!isBegun) begin(stream)
    isBegun = true
    if (!stream.write(frame(message))) await drained(stream)
  }
  if (!isBegun) begin(stream)
  stream.resume()
  stream.end()
}

async function readRequest(stream: ServerHttp2Stream): Promise<Buffer> {
  const messages = await Array.fromAsync(messagesIn(stream))
  return messages[0] ?? Buffer.alloc(0)
}

function begin(stream: ServerHttp2Stream) {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
}

function refuse(stream: ServerHttp2Stream, error: unknown) {
  if (stream.destroyed) return
  // Half an answer has no room for a status any more.
  if (stream.headersSent) return stream.close(2) // INTERNAL_ERROR
  const { status, message } = error instanceof GrpcError ? error : new GrpcError(grpcStatus.internal, 'failed')
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(status), 'grpc-message': message },
    { endStream: true },
  )
}

const drained = (stream: ServerHttp2Stream) =>
  new Promise<void>((resolve) => {
    const done = () => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.on('drain', done)
    stream.on('close', done)
  })
