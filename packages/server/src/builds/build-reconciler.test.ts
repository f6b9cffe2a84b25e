import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type BuildEvent, BuildOptions, type BuildOutcome, PlatformError } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import pino from 'pino'
import { activityStore } from '../activity/activity-store.ts'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { appStore } from '../apps/app-store.ts'
import { createChanges } from '../changes.ts'
import { workGate } from '../cleanup/work-gate.ts'
import { onSqlite, openForTest } from '../database/test-databases.ts'
import { deploymentStore } from '../deployments/deployment-store.ts'
import { buildDeployer } from './build-deployer.ts'
import { buildLogStore } from './build-log-store.ts'
import { runBuilds } from './build-reconciler.ts'
import type { BuildRow, NewBuild } from './build-row.ts'
import { buildStore } from './build-store.ts'

type Answer = (
  call: { buildId: string; secrets?: Record<string, string> },
  emit: (event: BuildEvent) => void,
  signal: AbortSignal,
) => Promise<BuildOutcome>

const web = {
  ...{ service: 'web', image: `127.0.0.1:5000/shop@sha256:${'a'.repeat(64)}` },
  ...{ imageBytes: 5, port: 3000, environment: {} },
}
const built: BuildOutcome = { kind: 'built', images: [web] }
const never = (_: unknown, __: unknown, signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )
const GiB = 1024 ** 3
const stats = {
  cpuRatio: 0,
  load1: 0,
  memoryUsedBytes: 0,
  memoryTotalBytes: 8 * GiB,
  diskUsedBytes: 0,
  diskTotalBytes: 50 * GiB,
}
const repository: NewBuild = {
  ...{ app: 'shop', project: 'default', mustHaveProject: false, requestedBy: 'ann', deploy: null },
  source: { kind: 'git', url: 'https://example.org/shop.git' },
  options: BuildOptions.parse({}),
}
const toDeploy = { supersede: false, deadlineMs: 60_000, change: {} }

async function setUp(t: TestContext, machines: Record<string, Answer>) {
  const deps = await openForTest(t, await onSqlite.place(t), Date.now)
  const apps = appStore(deps)
  const stores = {
    apps,
    builds: buildStore({ ...deps, apps, secretKey: Buffer.alloc(32, 7) }),
    logs: buildLogStore(deps),
    deployments: deploymentStore(deps),
  }
  const activity = activityStore(deps)
  const agents = Object.entries(machines).map(
    ([name, answer]) =>
      ({
        ...{ name, machineId: name, builder: 'buildkit', lastHeartbeat: { stats } },
        channel: {
          call: (
            _: string,
            input: Parameters<Answer>[0],
            { signal, onEvent }: { signal: AbortSignal; onEvent(event: BuildEvent): void },
          ) => answer(input, onEvent, signal),
        },
      }) as unknown as AgentConnection,
  )
  const state = {
    machines: agents.map(({ name }) => ({ id: name, name, isReady: true, isSchedulable: true, cpuMillis: 2_000 })),
  } as unknown as ClusterState
  const changes = createChanges()
  const log = pino({ level: 'silent' })
  const kept: string[][] = []
  const registries = { credentialsFor: async () => [] }
  const repositories = { credentialsFor: async () => undefined }
  const sources = { keepOnly: async (ids: ReadonlySet<string>) => void kept.push([...ids]) }

  function start() {
    const stop = new AbortController()
    const running = runBuilds(
      {
        ...{ ...stores, registries, repositories, activity, changes, log, now: Date.now, sources: sources as never },
        gate: workGate(),
        agents: { list: () => agents, find: (id) => agents.find(({ machineId }) => machineId === id) },
        cluster: { current: () => state },
        deploy: buildDeployer({ ...stores, activity, changes, log }),
      },
      stop.signal,
    )
    const end = async () => {
      stop.abort()
      await running
    }
    t.after(end)
    return end
  }
  async function until(id: string, isRight: (row: BuildRow) => boolean): Promise<BuildRow> {
    for (;;) {
      const changed = changes.wait(50, t.signal)
      changed.catch(() => undefined)
      const row = await stores.builds.find(id)
      if (row && isRight(row)) return row
      await changed
    }
  }
  async function ask(build: NewBuild): Promise<BuildRow> {
    const row = await stores.builds.add(build)
    changes.notify()
    return row
  }
  return { ...stores, changes, start, until, ask, kept }
}
const patiently = { timeout: 20_000 }
const hasEnded = ({ state }: BuildRow) => ['succeeded', 'failed', 'cancelled'].includes(state)

test(
  'a machine is given the secrets of a build, and the log tells their names and the arguments',
  patiently,
  async (t) => {
    const given: unknown[] = []
    const { logs, ask, start, until } = await setUp(t, {
      m1: async ({ secrets }) => {
        given.push(secrets)
        return built
      },
    })
    start()
    const options = BuildOptions.parse({ args: { MODE: 'fast' } })
    const { id } = await ask({ ...repository, options, secrets: { TOKEN: 's3cret' } })
    await until(id, hasEnded)
    const { id: plain } = await ask(repository)
    await until(plain, hasEnded)
    assert.deepEqual(given, [{ TOKEN: 's3cret' }, undefined], 'an older agent knows no such thing')
    const lines = (await logs.read(id, { skip: 0, limit: 10 })).map(({ text }) => text)
    assert.deepEqual(lines.slice(1), ['Argument MODE=fast', 'Secrets: TOKEN'])
  },
)

test('a build runs on a machine, and what it tells is kept', patiently, async (t) => {
  const { logs, ask, start, until } = await setUp(t, {
    m1: async (_, emit) => {
      emit({ kind: 'recognized', as: 'Node 26', dockerfile: 'FROM node', isGenerated: true })
      emit({ kind: 'lines', lines: [{ at: new Date().toISOString(), text: 'npm ci' }] })
      return built
    },
  })
  start()
  const { id } = await ask(repository)
  const row = await until(id, hasEnded)
  assert.deepEqual([row.state, row.machine, row.recognizedAs, row.images], ['succeeded', 'm1', 'Node 26', [web]])
  const lines = (await logs.read(id, { skip: 0, limit: 10 })).map(({ text }) => text)
  assert.deepEqual(lines, ['Building on m1', 'npm ci'])
})

test('a failure of the source ends the build with the reason and the last lines', patiently, async (t) => {
  const { ask, start, until } = await setUp(t, {
    m1: async (_, emit) => {
      emit({ kind: 'lines', lines: [{ at: new Date().toISOString(), text: 'no such file' }] })
      return { kind: 'failed', failure: { code: 'command_failed', message: 'make ended with exit code 2', hint: null } }
    },
  })
  start()
  const { id } = await ask(repository)
  const { state, failure } = await until(id, hasEnded)
  assert.equal(state, 'failed')
  assert.equal(failure?.message, 'make ended with exit code 2')
  assert.equal(failure?.logLines.at(-1), 'no such file')
})

test('a build whose machine is lost begins anew, and is given up after three times', patiently, async (t) => {
  let attempts = 0
  const { ask, start, until } = await setUp(t, {
    m1: async () => {
      attempts += 1
      throw new PlatformError('engine_unavailable', 'The connection to m1 ended')
    },
  })
  start()
  const { id } = await ask(repository)
  const row = await until(id, hasEnded)
  assert.equal(attempts, 3)
  assert.deepEqual([row.state, row.failure?.code], ['failed', 'machine_lost'])
  assert.match(row.failure?.message ?? '', /The connection to m1 ended/)
})

test('a cancelled build is stopped on its machine', patiently, async (t) => {
  const [begun, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const { builds, changes, ask, start } = await setUp(t, {
    m1: (_, __, signal) => {
      begun.resolve()
      signal.addEventListener('abort', () => stopped.resolve(), { once: true })
      return never(_, __, signal)
    },
  })
  start()
  const { id } = await ask(repository)
  await begun.promise
  await builds.cancel(id, 'cancelled by ann')
  changes.notify()
  await stopped.promise
  assert.equal((await builds.find(id))?.state, 'cancelled')
})

test('a build that a server left behind is picked up by the next one', patiently, async (t) => {
  let isFirst = true
  const { builds, ask, start, until } = await setUp(t, {
    m1: (call, emit, signal) => {
      if (!isFirst) return Promise.resolve(built)
      isFirst = false
      return never(call, emit, signal)
    },
  })
  const end = start()
  const { id } = await ask(repository)
  await until(id, ({ state }) => state === 'running')
  await end()
  assert.equal((await builds.find(id))?.state, 'running')
  start()
  const row = await until(id, hasEnded)
  assert.deepEqual([row.state, row.attempts], ['succeeded', 2])
})

test('what is built is deployed, with the port that the image listens on', patiently, async (t) => {
  const { deployments, ask, start, until } = await setUp(t, { m1: async () => built })
  start()
  const { id } = await ask({ ...repository, deploy: { ...toDeploy, change: { env: { A: '1' } } } })
  const { deploymentId } = await until(id, ({ deploymentId }) => deploymentId !== null)
  const deployment = await deployments.get('shop', deploymentId ?? '')
  const [service] = deployment.services
  assert.deepEqual([service?.image, service?.port, service?.env], [web.image, 3000, { A: '1' }])
  assert.equal(deployment.requestedBy, 'ann')
})

test('a deployment that is under way is waited for', patiently, async (t) => {
  const { builds, deployments, changes, ask, start, until } = await setUp(t, { m1: async () => built })
  start()
  const first = await ask({ ...repository, deploy: toDeploy })
  const { deploymentId } = await until(first.id, ({ deploymentId }) => deploymentId !== null)
  const second = await ask({ ...repository, deploy: toDeploy })
  await until(second.id, hasEnded)
  assert.equal((await builds.find(second.id))?.deploymentId, null)
  await deployments.cancel(deploymentId ?? '', 'enough')
  changes.notify()
  assert.notEqual((await until(second.id, ({ deploymentId }) => deploymentId !== null)).deploymentId, deploymentId)
})

test('two builds of one app never run at once', patiently, async (t) => {
  let [now, most] = [0, 0]
  const answer: Answer = async () => {
    now += 1
    most = Math.max(most, now)
    await new Promise((resolve) => setImmediate(resolve))
    now -= 1
    return built
  }
  const { ask, start, until } = await setUp(t, { m1: answer, m2: answer })
  const ids = [await ask(repository), await ask(repository)].map(({ id }) => id)
  start()
  for (const id of ids) await until(id, hasEnded)
  assert.equal(most, 1)
})

test('sources are kept only for builds under way', patiently, async (t) => {
  const { ask, start, until, kept } = await setUp(t, { m1: async () => built })
  start()
  const { id } = await ask(repository)
  await until(id, hasEnded)
  await until(id, () => kept.at(-1)?.length === 0)
  assert.ok(kept.some((ids) => ids.includes(id)))
})
