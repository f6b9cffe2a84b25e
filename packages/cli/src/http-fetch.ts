import { once } from 'node:events'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import type { Fetch, FetchAnswer } from '@berth/contract'

// An import of node:http, like the built-in fetch and its Response, loads a second HTTP client: 30 ms of every command.
const builtin = {
  http: () => process.getBuiltinModule('node:http'),
  https: () => process.getBuiltinModule('node:https'),
}

/**
 * A `fetch` over node:http. Unlike the built-in one it reaches `*.localhost`, which browsers know but getaddrinfo on
 * Debian does not, and puts no limit on the silence inside a stream.
 */
export const httpFetch: Fetch = (text, { method, headers, signal, body }) =>
  new Promise((resolve, reject) => {
    const url = new URL(text)
    const { request } = url.protocol === 'https:' ? builtin.https() : builtin.http()
    const lookup = isLocalhost(url.hostname) ? { lookup: lookupLoopback } : {}
    const length = typeof body === 'string' ? { 'content-length': Buffer.byteLength(body) } : {}
    const outgoing = request(url, { method, headers: { ...headers, ...length }, signal, ...lookup })
    outgoing.once('error', reject)
    // A machine that vanished says nothing: the probes find out.
    outgoing.once('socket', (socket) => socket.setKeepAlive(true, 15_000))
    outgoing.once('response', (incoming) => resolve(toAnswer(incoming)))
    if (body === undefined || typeof body === 'string') outgoing.end(body)
    else sendPieces('stream' in body ? body.stream() : body, outgoing).catch((error: Error) => outgoing.destroy(error))
  })

/** As fast as the other side takes them. Stops quietly when it has answered and hung up. */
async function sendPieces(pieces: ReadableStream<Uint8Array>, outgoing: ClientRequest) {
  for await (const piece of pieces) {
    if (outgoing.destroyed) return
    if (!outgoing.write(piece)) await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')])
  }
  outgoing.end()
}

export const isLocalhost = (hostName: string): boolean => /(^|\.)localhost\.?$/i.test(hostName)

const lookupLoopback: LookupFunction = (_hostName, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}

function toAnswer(incoming: IncomingMessage): FetchAnswer {
  const status = incoming.statusCode ?? 0
  return {
    status,
    ok: status >= 200 && status < 300,
    headers: { get: (name) => String(incoming.headers[name] ?? '') },
    json: async () => JSON.parse(await readText(incoming)),
    get body() {
      return Readable.toWeb(incoming) as ReadableStream<Uint8Array<ArrayBuffer>>
    },
  }
}

async function readText(incoming: IncomingMessage): Promise<string> {
  incoming.setEncoding('utf8')
  let text = ''
  for await (const piece of incoming) text += piece
  return text
}
