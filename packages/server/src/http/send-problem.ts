import type { ServerResponse } from 'node:http'
import type { Problem } from '@berth/contract'
import { problemContentType } from './problem.ts'

/** Without fastify; ends the connection. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  // In the middle of a layer or a file there is no way left to say it.
  if (response.headersSent) return void response.destroy()
  // The rest of a body that is too large is not read.
  response.writeHead(problem.status, { 'content-type': problemContentType, connection: 'close' })
  response.end(JSON.stringify(problem))
}
