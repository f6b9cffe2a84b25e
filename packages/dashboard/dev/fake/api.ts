import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer, json } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type AnyEndpoint,
  accessLevels,
  describeZodError,
  endpoints,
  errorStatus,
  PlatformError,
} from '@berth/contract'
import type { z } from 'zod'
import type { Answer } from './answer.ts'
import { appAnswers, getSample } from './app-answers.ts'
import { backupAnswers } from './backup-answers.ts'
import { buildAnswers } from './build-answers.ts'
import { diskAnswers } from './disk-answers.ts'
import { imageAnswers } from './image-answers.ts'
import { machineAnswers } from './machine-answers.ts'
import { peopleAnswers, sessionAnswers, systemAnswers } from './people-answers.ts'
import { placementAnswers } from './placement-answers.ts'
import { relocationAnswers } from './relocation-answers.ts'
import { repositoryAnswers } from './repository-answers.ts'
import { slimmingAnswers } from './slimming-answers.ts'
import { statsAnswers } from './stats-answers.ts'
import { streamAnswers } from './stream-answers.ts'
import type { World } from './world.ts'

type Exchange = { request: IncomingMessage; response: ServerResponse; url: URL; world: World; life: AbortSignal }
type Found = Answer & { params: Record<string, string> }

const open = new Map<AbortController, World>()

/** Of one world, or else all of them. */
export function endStreams(world?: World) {
  for (const [stop, of] of open) if (!world || world === of) stop.abort()
}

/** Every answer is one of the contract: what goes in and what comes out fits its schemas. */
export async function answerApi({ request, response, url, world, life }: Exchange): Promise<void> {
  const stop = new AbortController()
  response.on('close', () => stop.abort())
  open.set(stop, world)
  stop.signal.addEventListener('abort', () => open.delete(stop))
  if (Date.now() < world.goneUntilMs) return gone(response)
  if (world.answerAfterMs > 0) await delay(world.answerAfterMs)
  try {
    const found = find(request.method ?? '', url.pathname, life)
    check(found, world)
    const { params, query, body } = await readRequest(found, request, url)
    const setSignedIn = (isSignedIn: boolean) => () => void Object.assign(world, { isSignedIn, hasCookie: isSignedIn })
    const uploaded = found.endpoint.upload ? await buffer(request) : Buffer.alloc(0)
    const asked = { world, signal: stop.signal, uploaded, signIn: setSignedIn(true), signOut: setSignedIn(false) }
    const result = await found.work({ params, query, body } as never, asked)
    if (found.endpoint.stream) await sendStream(response, found.endpoint, result as AsyncIterable<unknown>, stop.signal)
    else sendJson(response, 200, parseResult(found.endpoint, result))
  } catch (error) {
    if (stop.signal.aborted) return // Whoever asked has left.
    if (!(error instanceof PlatformError) || response.headersSent) throw error
    sendProblem(response, error)
  }
}

/** As the edge answers while no server is there. */
function gone(response: ServerResponse) {
  response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Nobody is there</h1>')
}

function find(method: string, pathname: string, life: AbortSignal): Found {
  for (const answer of answersFor(life)) {
    const { endpoint } = answer
    const matched = endpoint.method === method && patternOf(endpoint.path).exec(pathname)
    if (matched) return { ...answer, params: decode(matched.groups ?? {}) }
  }
  throw new PlatformError('not_found', `There is no ${method} ${pathname}`)
}

const answersOf = new WeakMap<AbortSignal, Answer[]>()

/** Those without parameters first, as "/v1/login-requests/token" is no code. */
export function answersFor(life: AbortSignal): Answer[] {
  const found = answersOf.get(life)
  if (found) return found
  const answers = [
    ...sessionAnswers,
    ...peopleAnswers,
    ...systemAnswers,
    ...machineAnswers,
    ...appAnswers(life),
    ...backupAnswers,
    ...buildAnswers(life),
    ...diskAnswers,
    ...imageAnswers,
    ...slimmingAnswers(life),
    ...streamAnswers,
    ...statsAnswers,
    ...placementAnswers,
    ...relocationAnswers(life),
    ...repositoryAnswers,
  ]
  const missing = endpoints.filter((endpoint) => !answers.some((answer) => answer.endpoint === endpoint))
  if (missing.length > 0)
    throw new Error(`The fake does not answer ${missing.map(({ method, path }) => `${method} ${path}`).join(', ')}`)
  answers.sort((one, other) => one.endpoint.path.split(':').length - other.endpoint.path.split(':').length)
  answersOf.set(life, answers)
  return answers
}

const patternOf = (path: string) => new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`)

const decode = (groups: Record<string, string>) =>
  Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]))

/** As strict as the pages need it to be: who is signed in, and what they may do. */
function check({ endpoint, params }: Found, world: World) {
  const { access, on } = endpoint
  if (access === 'anyone') return
  if (!world.isSignedIn) throw new PlatformError('unauthenticated', 'You are not signed in', { hint: 'Sign in' })
  if (access === 'self') return
  if (world.me.mustChangePassword)
    throw new PlatformError('password_change_required', 'Choose a password of your own first')
  const level = accessLevels.indexOf(world.me.isAdmin ? 'admin' : accessOn(world, on, params))
  if (level < accessLevels.indexOf(access))
    throw new PlatformError('forbidden', `You may not do that: it needs ${access} access`, {
      hint: 'Ask an admin for another role',
    })
}

function accessOn(world: World, on: AnyEndpoint['on'], params: Record<string, string>) {
  if (on === 'platform') return 'read'
  if (on === 'visible') return world.me.access
  const project = on === 'app' ? getSample(world, params.app ?? '').app.project : (params.project ?? 'default')
  const role = world.me.projects.find(({ name }) => name === project)?.role
  return role === 'admin' ? 'admin' : role === 'developer' ? 'deploy' : 'read'
}

async function readRequest({ endpoint, params }: Found, request: IncomingMessage, url: URL) {
  url.searchParams.delete('scenario')
  const body = endpoint.body ? await json(request).catch(() => undefined) : undefined
  return {
    params: parse(endpoint.params, params),
    query: parse(endpoint.query, Object.fromEntries(url.searchParams)),
    body: parse(endpoint.body, body),
  }
}

function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  const parsed = schema?.safeParse(value)
  if (parsed?.error) throw new PlatformError('invalid_request', describeZodError(parsed.error))
  return parsed?.data
}

function parseResult({ method, path, result }: AnyEndpoint, value: unknown): unknown {
  const parsed = (result as z.ZodType).safeParse(value)
  if (parsed.success) return parsed.data
  throw new Error(`The fake's answer to ${method} ${path} breaks the contract: ${describeZodError(parsed.error)}`)
}

async function sendStream(
  response: ServerResponse,
  endpoint: AnyEndpoint,
  items: AsyncIterable<unknown>,
  signal: AbortSignal,
) {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
  })
  response.flushHeaders()
  for await (const item of items) {
    if (signal.aborted) break
    const isTaken = response.write(`data: ${JSON.stringify(parseResult(endpoint, item))}\n\n`)
    if (!isTaken) await once(response, 'drain', { signal }).catch(() => undefined)
  }
  // Cut off rather than ended, as when the server dies.
  if (signal.aborted) response.destroy()
  else response.end()
}

function sendJson(response: ServerResponse, status: number, value: unknown, type = 'application/json') {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(JSON.stringify(value))
}

function sendProblem(response: ServerResponse, { code, message, hint }: PlatformError) {
  const status = errorStatus[code]
  const problem = { type: `urn:berth:${code}`, title: code.replaceAll('_', ' '), status, code, detail: message, hint }
  sendJson(response, status, problem, 'application/problem+json')
}
