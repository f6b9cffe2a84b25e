import { type ExecFileException, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type AnyEndpoint, endpoints, errorStatus, PlatformError, type RequestOf, type ResultOf } from '@berth/contract'
import { runBerth } from './berth.ts'
import { type Config, readConfig } from './config.ts'

/** Thrown by a handler to break the connection, as a server does that is killed. */
export const hangUp = new Error('hang up')

type Answer<E> = (request: RequestOf<E>) => ResultOf<E> | Promise<ResultOf<E>> | AsyncIterable<ResultOf<E>>
// biome-ignore lint/suspicious/noExplicitAny: answers of endpoints of any shape lie in one list.
type AnyAnswer = (request: any) => any

/** Plays the API of the contract on a loopback port: requests are parsed and answers are sent as the server does. */
export interface FakeBerth {
  url: string
  /** "POST /v1/apps", in the order of arrival. */
  calls: string[]
  on<E extends AnyEndpoint>(endpoint: E, answer: Answer<E>): void
  /** Runs the command line to its end, in this process. */
  berth(...words: string[]): Promise<Ran>
  /** In a process of its own, with the home as its folder. */
  process(...words: string[]): Promise<Ran>
  /** As `process`, with a text on standard input. */
  pipe(input: string, ...words: string[]): Promise<Ran>
  start(...words: string[]): ReturnType<typeof spawn>
  /** A folder of the test's own, also the home of the commands. */
  home: string
}

export type Ran = { code: number; stdout: string; stderr: string }

export async function fakeBerth(t: TestContext, env: Record<string, string> = {}): Promise<FakeBerth> {
  const answers = new Map<AnyEndpoint, AnyAnswer>()
  const calls: string[] = []
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`)
    answer(request, response, answers).catch((error) => fail(response, error))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const home = mkdtempSync(join(tmpdir(), 'berth-cli-'))
  t.after(() => {
    server.closeAllConnections()
    server.close()
    rmSync(home, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const options = {
    cwd: home,
    env: { HOME: home, BERTH_URL: url, BERTH_TOKEN: 'secret', XDG_CACHE_HOME: cache, ...env },
  }
  return {
    url,
    calls,
    on: (endpoint, answer) => void answers.set(endpoint, answer),
    berth: (...words) => runHere(words, readConfig(options.env, home)),
    process: (...words) => run(words, options),
    pipe: (input, ...words) => run(words, options, input),
    start: (...words) => spawn(process.execPath, ['--', main, ...words], options),
    home,
  }
}

const main = join(import.meta.dirname, 'main.ts')

// Compiled code, which all commands of all tests may share.
const cache = join(tmpdir(), `berth-cli-cache-${process.pid}`)
process.once('exit', () => rmSync(cache, { recursive: true, force: true }))

async function runHere(words: string[], config: Config): Promise<Ran> {
  const [stdout, stderr] = [kept(), kept()]
  const code = await runBerth(words, config, { stdout: stdout.output, stderr: stderr.output })
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

function kept() {
  let text = ''
  const write = (more: string) => {
    text += more
  }
  return { output: { write }, text: () => text }
}

/** The first `--` keeps node from taking an `--env-file` of ours for its own. */
function run(words: string[], options: { cwd: string; env: Record<string, string> }, input = ''): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--', main, ...words], options, (error, stdout, stderr) => {
      resolve({ code: toExitCode(error), stdout, stderr })
    })
    child.stdin?.end(input)
  })
}

const toExitCode = (error: ExecFileException | null) => (error ? Number(error.code ?? -1) : 0)

async function answer(request: IncomingMessage, response: ServerResponse, answers: Map<AnyEndpoint, AnyAnswer>) {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const found = match(request.method ?? '', url.pathname)
  const handler = found && answers.get(found.endpoint)
  if (!found || !handler) throw new PlatformError('not_found', `No answer to ${request.method} ${request.url}`)
  const { endpoint } = found
  const mayAnswer = endpoint.access === 'anyone' || request.headers.authorization?.startsWith('Bearer secret')
  if (!mayAnswer) throw new PlatformError('unauthenticated', 'Unknown token')
  const result = handler({
    params: endpoint.params?.parse(found.params),
    query: endpoint.query?.parse(Object.fromEntries(url.searchParams)),
    body: endpoint.body?.parse(JSON.parse((await readBody(request)) || 'null')),
  })
  if (!endpoint.stream) return sendJson(response, 200, endpoint.result.parse(await result), 'application/json')
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': connected\n\n')
  for await (const event of result) response.write(`data: ${JSON.stringify(endpoint.result.parse(event))}\n\n`)
  response.end()
}

function match(method: string, path: string) {
  for (const endpoint of endpoints) {
    const pattern = new RegExp(`^${endpoint.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`)
    const found = endpoint.method === method && pattern.exec(path)
    if (found) return { endpoint, params: { ...found.groups } }
  }
  return undefined
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

function fail(response: ServerResponse, error: unknown) {
  if (error === hangUp) return response.destroy()
  const code = error instanceof PlatformError ? error.code : 'internal'
  const hint = error instanceof PlatformError ? error.hint : undefined
  const problem = {
    type: 'about:blank',
    title: code,
    status: errorStatus[code],
    code,
    detail: String((error as Error).message),
    hint,
  }
  if (response.headersSent) return response.end(`event: problem\ndata: ${JSON.stringify(problem)}\n\n`)
  sendJson(response, problem.status, problem, 'application/problem+json')
}

const sendJson = (response: ServerResponse, status: number, body: unknown, type: string) =>
  void response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body))

/** What a stream tells; it breaks where an error stands. */
export async function* events<T>(...items: readonly (T | Error)[]): AsyncGenerator<T> {
  for (const item of items) {
    if (item instanceof Error) throw item
    yield item
  }
}

/** Answers when a command has written what is waited for. */
export async function written(stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<string> {
  let text = ''
  for await (const chunk of stream ?? []) {
    text += chunk
    if (pattern.test(text)) break
  }
  return text
}
