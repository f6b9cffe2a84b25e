import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { answerApi, answersFor, endStreams } from './fake/api.ts'
import { beginDeployment } from './fake/deploying.ts'
import { answerFile } from './fake/files.ts'
import { beginRelocation } from './fake/relocating.ts'
import { isScenario, type Scenario, scenarioNames, scenarios } from './fake/scenarios.ts'
import { createWorld, type World } from './fake/world.ts'

export type { Scenario, World }

/** Everything of Berth that a page can see, out of memory. */
export type FakeBerth = {
  url: string
  world(scenario: Scenario): World
  /** Ends all streams and answers nothing for a while, as when the server is replaced. */
  vanish(forMs: number): void
  /** Ends all sessions, and the streams that belong to them. */
  expireSessions(): void
  stop(): Promise<void>
}

export type FakeOptions = { scenario: Scenario; port?: number; dist?: string; log?: (line: string) => void }

export const builtDashboard = join(import.meta.dirname, '../dist')

/**
 * The scenario is the given one, unless the cookie `scenario` says another; `?scenario=<name>` on any page sets it.
 * Each scenario is a world of its own, so that pages of several can be open at once.
 */
export async function startFakeBerth({
  scenario,
  port = 0,
  dist = builtDashboard,
  log,
}: FakeOptions): Promise<FakeBerth> {
  const life = new AbortController()
  answersFor(life.signal) // Throws now rather than later where an endpoint has no answer.
  const worlds = new Map<Scenario, World>()
  const world = (name: Scenario) => {
    const found = worlds.get(name) ?? createWorld(name)
    if (!worlds.has(name)) animate(found, life.signal)
    worlds.set(name, found)
    return found
  }
  const server = createServer((request, response) => {
    answerRequest({ request, response, scenario, world, dist, life: life.signal }).catch((error) => {
      log?.(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}`)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const each = (work: (world: World) => void) => {
    for (const known of worlds.values()) work(known)
    endStreams()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    vanish: (forMs) => each((known) => Object.assign(known, { goneUntilMs: Date.now() + forMs })),
    expireSessions: () => each((known) => Object.assign(known, { isSignedIn: false })),
    stop: async () => {
      life.abort()
      endStreams()
      await close(server)
    },
  }
}

type Exchange = {
  request: IncomingMessage
  response: ServerResponse
  scenario: Scenario
  world(scenario: Scenario): World
  dist: string
  life: AbortSignal
}

async function answerRequest({ request, response, scenario, world, dist, life }: Exchange) {
  const url = new URL(request.url ?? '/', 'http://fake')
  const asked = url.searchParams.get('scenario') ?? ''
  if (isScenario(asked)) response.setHeader('set-cookie', `scenario=${asked}; Path=/`)
  const inCookie = /(?:^|; )scenario=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
  const chosen = isScenario(asked) ? asked : isScenario(inCookie) ? inCookie : scenario
  const isApi = url.pathname.startsWith('/v1/') || url.pathname === '/healthz'
  if (isApi) return answerApi({ request, response, url, world: world(chosen), life })
  return answerFile({ dist, pathname: url.pathname, response, hasCookie: world(chosen).hasCookie })
}

/** What happens in a scenario without anybody doing anything. */
function animate(world: World, life: AbortSignal) {
  if (world.scenario === 'expired') setTimeout(() => expire(world), 10_000).unref()
  if (world.scenario === 'restart') setInterval(() => vanish(world, 8_000), 20_000).unref()
  if (world.scenario === 'draining') void drainForever(world, life).catch(() => undefined)
  if (world.scenario === 'deploying') void deployForever(world, life).catch(() => undefined)
}

function expire(world: World) {
  world.isSignedIn = false
  endStreams(world)
}

function vanish(world: World, forMs: number) {
  world.goneUntilMs = Date.now() + forMs
  endStreams(world)
}

async function drainForever(world: World, life: AbortSignal) {
  const [name, apps] = ['machine-2', [...world.apps.keys()].slice(0, 4)]
  for (;;) {
    const drain = beginRelocation(world, { kind: 'drain', machine: name, apps, from: name }, life)
    while (!drain.finishedAt) await delay(500, undefined, { signal: life, ref: false })
    await delay(6_000, undefined, { signal: life, ref: false })
    world.relocations = world.relocations.slice(0, 4)
  }
}

async function deployForever(world: World, life: AbortSignal) {
  const sample = world.apps.get('fresh')
  while (sample) {
    const wish = { kind: 'deploy', image: 'nginx:stable', env: {}, requestedBy: 'ada@example.org' } as const
    const deployment = beginDeployment(world, sample, wish, life)
    while (!deployment.finishedAt) await delay(500, undefined, { signal: life, ref: false })
    await delay(6_000, undefined, { signal: life, ref: false })
  }
}

function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  return closed
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4100' },
      scenario: { type: 'string', default: 'one' },
      dist: { type: 'string', default: builtDashboard },
      help: { type: 'boolean', default: false },
    },
  })
  const { port, scenario, dist, help } = values
  if (help || !isScenario(scenario)) {
    const known = scenarioNames.map((name) => `  ${name.padEnd(22)}${scenarios[name]}`).join('\n')
    console.log(
      `node packages/dashboard/dev/fake-berth.ts [--port 4100] [--scenario one] [--dist <folder>]\n\n${known}`,
    )
    process.exitCode = help ? 0 : 1
  } else {
    const { url } = await startFakeBerth({ scenario, port: Number(port), dist, log: console.error })
    console.log(
      `${url}  (${scenario}: ${scenarios[scenario]})\nAnother scenario: add ?scenario=<name> to the address of any page.`,
    )
  }
}
