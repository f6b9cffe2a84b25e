import type { ConnectionOptions } from 'node:tls'
import { type ClientOptions, WebSocket } from 'ws'
import type { Identity } from './identity-files.ts'
import { serverTls } from './server-tls.ts'
import { wentSilent } from './silence.ts'

const maxFrameBytes = 8 * 1024 ** 2
const handshakeTimeoutMs = 5_000
const closeTimeoutMs = 300

/** One WebSocket to a server, open. */
export interface Connection {
  /** Resolves once the text is handed to the network. */
  send(text: string): Promise<void>
  /** Resolves with the reason, once it is closed for whatever reason. */
  readonly closed: Promise<string>
  /** Nothing is read from the network before this is called. */
  listen(onText: (text: string) => void): void
  close(reason: string): void
}

type Options = {
  address: string
  identity: Identity
  /** Without a sign of life for so long, the server is given up. */
  silenceMs?: number
}

export function connect(options: Options, signal?: AbortSignal): Promise<Connection> {
  const { address, identity, silenceMs = 6_000 } = options
  const { promise, resolve, reject } = Promise.withResolvers<Connection>()
  const socket = new WebSocket(`wss://${address}/agent`, {
    // As node:tls takes them, and ws passes them on; the types of ws would have the check return a boolean.
    ...(serverTls(identity) as ConnectionOptions as ClientOptions),
    handshakeTimeout: handshakeTimeoutMs,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  })
  const connection = connectionOf(socket)
  const stopWatching = watchSilence(socket, silenceMs, () => connection.close(wentSilent))
  const onAbort = () => connection.close('The agent stops')

  socket.once('unexpected-response', (_, { statusCode }) => connection.close(describeRefusal(statusCode)))
  socket.once('open', () => {
    socket.pause() // The server may speak at once, before anybody could listen.
    resolve(connection)
  })
  connection.closed.then((reason) => {
    stopWatching()
    signal?.removeEventListener('abort', onAbort)
    reject(new Error(reason))
  })
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  return promise
}

const describeRefusal = (status: number | undefined): string =>
  status === 401
    ? 'The server does not take the certificate of this machine: it has ended, or is of another cluster. It can join again with a token'
    : `The server refused the connection (HTTP ${status})`

function connectionOf(socket: WebSocket): Connection {
  const { promise: closed, resolve } = Promise.withResolvers<string>()
  let reason: string | undefined
  socket.once('error', (error) => {
    reason ??= error.message
  })
  socket.once('close', (code, text) => resolve(reason ?? (text.toString() || `The server closed (${code})`)))

  const send = (text: string) =>
    new Promise<void>((sent, failed) => socket.send(text, (error) => (error ? failed(error) : sent())))

  const listen = (onText: (text: string) => void) => {
    socket.on('message', (bytes) => onText(bytes.toString()))
    socket.resume()
  }

  const close = (because: string) => {
    reason ??= because
    socket.close(1000)
    // A server that is gone never answers the goodbye.
    setTimeout(() => socket.terminate(), closeTimeoutMs).unref()
  }
  return { send, closed, listen, close }
}

/** Pings, and calls `onSilence` when neither a pong nor anything else comes back. */
function watchSilence(socket: WebSocket, silenceMs: number, onSilence: () => void): () => void {
  let heardAtMs = performance.now()
  const heard = () => {
    heardAtMs = performance.now()
  }
  for (const event of ['open', 'message', 'ping', 'pong'] as const) socket.on(event, heard)

  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return
    if (performance.now() - heardAtMs > silenceMs) onSilence()
    else socket.ping()
  }, silenceMs / 3)
  return () => clearInterval(timer)
}
