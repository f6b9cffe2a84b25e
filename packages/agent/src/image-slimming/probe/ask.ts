import { createHash } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import type { Answer } from './probe-messages.ts'

export type Target = { address: string; port: number; host: string }

const timeoutMs = 10_000
/** What is longer is compared up to here. */
const mostBytes = 64 * 1024 ** 2

/** One GET, with what came of it, also if that is no answer. */
export function ask({ address, port, host }: Target, path: string): Promise<Answer> {
  return new Promise((resolve) => {
    const headers = { host, accept: '*/*', 'user-agent': 'berth-health-check' }
    const sent = request({ host: address, port, path, headers, agent: false })
    const fail = (failure: string) => {
      resolve({ kind: 'none', failure })
      sent.destroy()
    }
    const timer = setTimeout(() => fail(`did not end within ${timeoutMs / 1000} s`), timeoutMs)
    sent.on('error', ({ message }) => fail(message))
    sent.on('close', () => clearTimeout(timer))
    sent.on('response', (response) => {
      read(response).then(resolve, ({ message }: Error) => fail(message))
    })
    sent.end()
  })
}

async function read(response: IncomingMessage): Promise<Answer> {
  const hash = createHash('sha256')
  let bodyBytes = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    hash.update(piece)
    bodyBytes += piece.length
    if (bodyBytes > mostBytes) break
  }
  const { statusCode: status = 0, headers } = response
  return {
    kind: 'answer',
    status,
    contentType: headers['content-type'] ?? null,
    bodyBytes,
    bodyHash: hash.digest('hex'),
  }
}

/** Undefined when it accepts a connection, or else why it does not. */
export function tryConnect({ address, port }: Target): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: timeoutMs })
    const end = (failure?: string) => {
      resolve(failure)
      socket.destroy()
    }
    socket.on('connect', () => end())
    socket.on('timeout', () => end('does not accept connections'))
    socket.on('error', ({ message }) => end(message))
  })
}
