import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { json, text } from 'node:stream/consumers'
import {
  type ErrorCode,
  errorStatus,
  formatHostPort,
  JoinAnswer,
  type JoinRequest,
  JoinSettings,
  type JoinTicket,
  joinPath,
  joinReachabilityPath,
  joinRegistryPath,
  MachineReachability,
  PlatformError,
  parseHostPort,
} from '@berth/contract'
import { serverTlsName } from '@berth/identity'
import { z } from 'zod'
import { type FoundCa, fetchPinnedCa } from './pinned-ca.ts'

const answerTimeoutMs = 30_000

/** What a server of the cluster opens to a machine that holds a token and has no certificate yet. */
export type JoinDoor = FoundCa & {
  ticket: JoinTicket
  /** Uses nothing up. */
  settings(signal?: AbortSignal): Promise<JoinSettings>
  redeem(joinRequest: Omit<JoinRequest, 'secret' | 'machine'>, signal?: AbortSignal): Promise<JoinAnswer>
  /** Once it has joined. */
  tryFromOthers(signal?: AbortSignal): Promise<MachineReachability>
  /** One read from the registry, such as `/v2/berth/manifests/1`. */
  readRegistry(read: RegistryRead): Promise<IncomingMessage>
}

export type RegistryRead = { method: string; path: string; accept: string | string[] | undefined; signal?: AbortSignal }

type Server = { host: string; port: number }

/** Tries the servers of the token in turn, and stays with the first that proves to be one. */
export async function openJoinDoor(ticket: JoinTicket, signal?: AbortSignal): Promise<JoinDoor> {
  const reasons: string[] = []
  for (const address of ticket.servers) {
    const server = parseServer(address)
    try {
      return doorAt(server, await fetchPinnedCa(server, ticket.caSha256, signal), ticket)
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof PlatformError) throw error
      reasons.push(`${address}: ${describe(error)}`)
    }
  }
  throw new PlatformError('engine_unavailable', `No server of the cluster can be reached (${reasons.join('; ')})`, {
    hint: 'This machine must reach port 7443 of the managers. Is a firewall in between, or Berth down?',
  })
}

function parseServer(address: string): Server {
  const server = parseHostPort(address)
  if (server) return server
  throw new PlatformError('join_token_invalid', `The token names a server that cannot be understood: ${address}`)
}

function doorAt(server: Server, found: FoundCa, ticket: JoinTicket): JoinDoor {
  const { secret, machine } = ticket
  const place = { ...server, ca: found.caPem, servername: serverTlsName, agent: false } as const
  const authorization = `Bearer ${secret}`

  type Question = { method: string; path?: string; body?: unknown; signal?: AbortSignal | undefined }

  async function ask({ method, path = joinPath, body, signal }: Question): Promise<unknown> {
    const headers = { authorization, 'content-type': 'application/json' }
    const answer = await send({ ...place, method, path, headers }, { body: JSON.stringify(body), signal })
    if (answer.statusCode === 200) return json(answer)
    throw readProblem(answer.statusCode ?? 0, await text(answer))
  }

  return {
    ...found,
    ticket,
    settings: async (signal) => understand(JoinSettings, await ask({ method: 'GET', signal })),
    redeem: async (joinRequest, signal) =>
      understand(JoinAnswer, await ask({ method: 'POST', body: { ...joinRequest, secret, machine }, signal })),
    tryFromOthers: async (signal) =>
      understand(MachineReachability, await ask({ method: 'POST', path: joinReachabilityPath, signal })),
    readRegistry: ({ method, path, accept, signal }) => {
      const headers: Target['headers'] = { authorization, ...(accept ? { accept } : {}) }
      return send({ ...place, method, path: `${joinRegistryPath}${path}`, headers }, { signal })
    },
  }
}

type Target = Server & {
  ca: string
  servername: string
  agent: false
  method: string
  path: string
  headers: Record<string, string | string[]>
}

function send(target: Target, options: { body?: string | undefined; signal?: AbortSignal | undefined }) {
  const { body, signal } = options
  return new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({ ...target, timeout: answerTimeoutMs, ...(signal ? { signal } : {}) }, resolve)
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${answerTimeoutMs / 1000} s`)))
    outgoing.once('error', (cause) => {
      const message = `The server at ${formatHostPort(target.host, target.port)} could not be asked: ${describe(cause)}`
      reject(signal?.aborted ? signal.reason : new PlatformError('engine_unavailable', message, { cause }))
    })
    outgoing.end(body)
  })
}

function understand<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  throw new PlatformError('internal', "The server's answer is not understood", {
    hint: 'Use the same version of Berth on this machine as in the cluster',
    cause: parsed.error,
  })
}

const Problem = z.object({ code: z.string(), detail: z.string(), hint: z.string().optional() })

function readProblem(status: number, body: string): PlatformError {
  try {
    const { code, detail, hint } = Problem.parse(JSON.parse(body))
    return new PlatformError(Object.hasOwn(errorStatus, code) ? (code as ErrorCode) : 'internal', detail, { hint })
  } catch (cause) {
    return new PlatformError('internal', `The server refused to let this machine join (HTTP ${status})`, { cause })
  }
}

const describe = (error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer'
  return code && code !== 'ABORT_ERR' ? code : message
}
