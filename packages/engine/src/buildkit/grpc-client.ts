import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2'
import type { Duplex } from 'node:stream'
import { frame, messagesIn } from './grpc-frames.ts'

export const grpcStatus = { notFound: 5, unimplemented: 12, internal: 13, unavailable: 14 } as const

/** What the other side says of a call that it did not do. */
export class GrpcError extends Error {
  readonly status: number

  constructor(status: number, words: string) {
    super(words || `gRPC status ${status}`)
    this.name = 'GrpcError'
    this.status = status
  }
}

export type GrpcClient = {
  /** The messages of the answer; one for most methods. Aborting the signal cancels the call on the other side, too. */
  call(method: string, request: Buffer, signal: AbortSignal): AsyncGenerator<Buffer>
  close(): void
}

/** Calls over a connection that is ours alone. */
export function grpcClient(socket: Duplex): GrpcClient {
  const session = connect('http://engine', { createConnection: () => socket })
  // What breaks the connection breaks the calls on it, and is told there.
  session.on('error', () => undefined)
  return {
    call: (method, request, signal) => call(session, method, { request, signal }),
    close: () => session.destroy(),
  }
}

type Asked = { request: Buffer; signal: AbortSignal }

async function* call(session: ClientHttp2Session, method: string, { request, signal }: Asked): AsyncGenerator<Buffer> {
  signal.throwIfAborted()
  const stream = session.request({
    ...{ ':method': 'POST', ':path': method, te: 'trailers' },
    ...{ 'content-type': 'application/grpc', 'user-agent': 'berth' },
  })
  const verdict = verdictOf(stream)
  const stop = () => stream.close(8) // CANCEL
  signal.addEventListener('abort', stop, { once: true })
  try {
    stream.end(frame(request))
    yield* messagesIn(stream)
    signal.throwIfAborted()
    const failure = await verdict
    if (failure) throw failure
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
    if (!stream.closed) stream.close(8)
  }
}

/** Undefined for a call that went well. */
function verdictOf(stream: ClientHttp2Stream): Promise<GrpcError | undefined> {
  return new Promise((resolve) => {
    const read = (headers: IncomingHttpHeaders) => {
      const status = headers['grpc-status']
      if (status === undefined) return
      const words = decodeURIComponent(String(headers['grpc-message'] ?? ''))
      resolve(Number(status) === 0 ? undefined : new GrpcError(Number(status), words))
    }
    stream.once('response', read)
    stream.once('trailers', read)
    stream.once('close', () => resolve(new GrpcError(grpcStatus.unavailable, 'The engine ended the connection')))
  })
}
