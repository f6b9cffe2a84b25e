import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { PlatformError } from '@berth/contract'
import { problemContentType, toProblem } from './problem.ts'

/** What is not even HTTP never becomes a request; it gets its problem written onto the socket. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = toProblem(new PlatformError('invalid_request', 'The request is not valid HTTP'), randomUUID())
  const body = JSON.stringify(problem)
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      `Content-Type: ${problemContentType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
