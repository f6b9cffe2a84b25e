import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describeZodError, JoinRequest, joinPath, joinReachabilityPath, PlatformError } from '@berth/contract'
import type { Logger } from 'pino'
import type { GuessLimit } from '../gate/guess-limit.ts'
import { isOurFailure, toProblem } from '../http/problem.ts'
import { sendProblem } from '../http/send-problem.ts'
import type { Joining } from './joining.ts'
import { passToRegistry, registryPathOf } from './registry-passage.ts'

type Deps = { joining: Joining; guesses: GuessLimit; registryUrl: string; log: Logger }

/** Answers what came over TLS without a certificate, or does not: all but joining is not there. */
export type JoinDoor = (request: IncomingMessage, response: ServerResponse) => Promise<void>

const maxBodyBytes = 16 * 1024
const patienceMs = 20_000

export function joinDoor(deps: Deps): JoinDoor {
  return async (request, response) => {
    const id = randomUUID()
    try {
      await answer(deps, request, response)
    } catch (error) {
      if (isOurFailure(error)) deps.log.error({ err: error, requestId: id }, 'join_failed')
      else deps.log.warn({ address: addressOf(request), reason: (error as Error).message }, 'join_refused')
      sendProblem(response, toProblem(error, id))
    }
  }
}

async function answer({ joining, guesses, registryUrl }: Deps, request: IncomingMessage, response: ServerResponse) {
  const { method, url = '' } = request
  const guess = <Result>(work: () => Promise<Result>) => guesses.run(addressOf(request), 'join_token_invalid', work)
  const left = AbortSignal.any([AbortSignal.timeout(patienceMs), closedSignal(response)])
  if (url === joinPath && method === 'POST') {
    const asked = parse(await readBody(request))
    return sendJson(response, await guess(() => joining.join(asked, left)))
  }
  if (url === joinPath && method === 'GET') {
    return sendJson(response, await guess(() => joining.look(secretOf(request), left)))
  }
  if (url === joinReachabilityPath && method === 'POST') {
    return sendJson(response, await guess(() => joining.tryFromOthers(secretOf(request), left)))
  }
  const path = registryPathOf(method, url)
  if (path === undefined) throw new PlatformError('not_found', 'There is nothing here but for machines that join')
  await guess(() => joining.check(secretOf(request)))
  return passToRegistry({ registryUrl, path }, request, response)
}

function parse(text: string): JoinRequest {
  const parsed = JoinRequest.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new PlatformError('invalid_request', describeZodError(parsed.error))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new PlatformError('invalid_request', 'The body is not JSON', { cause })
  }
}

/** By events: a loop that is left early would end the connection before the refusal is said. */
function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      chunks.push(chunk)
      if (bytes <= maxBodyBytes) return
      request.pause()
      reject(new PlatformError('request_too_large', 'The request is larger than any to join'))
    })
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.once('error', reject)
  })
}

function secretOf({ headers }: IncomingMessage): string {
  const secret = /^Bearer ([\w-]{1,200})$/.exec(headers.authorization ?? '')?.[1]
  if (secret !== undefined) return secret
  throw new PlatformError('join_token_invalid', 'A join token is needed', {
    hint: 'Send its secret as `Authorization: Bearer ...`',
  })
}

const addressOf = ({ socket }: IncomingMessage) => socket?.remoteAddress ?? 'unknown'

function closedSignal(response: ServerResponse): AbortSignal {
  const closed = new AbortController()
  response.once('close', () => closed.abort(new Error('Whoever asked has left')))
  return closed.signal
}

function sendJson(response: ServerResponse, value: unknown) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
