import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Slimming, SlimReport } from '@berth/contract'
import type { NewActivity } from '../activity/activity-store.ts'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { workGate } from '../cleanup/work-gate.ts'
import { testCaller } from '../gate/test-caller.ts'
import { slimmingApi } from './slimming-api.ts'
import { slimmingBoard } from './slimming-board.ts'

const app = { name: 'shop', project: 'team', createdAtMs: 1, activeDeploymentId: 'd1' }
const web = {
  ...{ name: 'web', image: 'shop:1', imageDigest: 'shop@sha256:1', env: { A: 'b' }, port: 80 },
  ...{ resources: { memoryBytes: 2 ** 28 }, healthCheck: { path: '/up' } },
}
const worker = {
  name: 'worker',
  imageDigest: 'work@sha256:2',
  env: {},
  command: ['work'],
  resources: {},
  healthCheck: {},
}

function setUp() {
  const calls: [string, unknown][] = []
  const activity: NewActivity[] = []
  const done = Promise.withResolvers<SlimReport>()
  const call = (verb: string, input: unknown) => {
    calls.push([verb, input])
    return verb === 'pullImage' ? Promise.resolve({}) : done.promise
  }
  const agent = { name: 'alpha', machineId: 'm1', isManager: true, channel: { call } } as unknown as AgentConnection
  const [create] = slimmingApi({
    apps: { get: async () => app },
    releases: { get: async () => ({ version: 3, services: [web, worker] }) },
    deployments: { listByIds: async () => [{ releaseVersion: 3 }] },
    cluster: { current: () => undefined },
    agents: { list: () => [agent] },
    activity: { add: async (event: NewActivity) => void activity.push(event) },
    slimmings: slimmingBoard({ newId: () => 's1', now: () => 0 }),
    gate: workGate(),
    urlOf: (name: string) => `http://${name}.example.org:8080`,
  } as unknown as Parameters<typeof slimmingApi>[0])
  const start = (body: object) =>
    create?.answer({
      ...{
        params: { app: 'shop' },
        body: { paths: [], isAggressive: false, ...body },
        caller: testCaller('ann', 'admin'),
      },
    }) as Promise<Slimming>
  return { start, calls, activity }
}

test('an image is pulled where it is proven, and proven as its service runs', async () => {
  const { start, calls, activity } = setUp()
  const { releaseVersion, service, machine, state } = await start({ paths: ['/x'] })
  await new Promise(setImmediate)
  assert.deepEqual([releaseVersion, service, machine, state], [3, 'web', 'alpha', 'running'])
  assert.deepEqual(calls, [
    ['pullImage', { image: 'shop@sha256:1' }],
    [
      'slimImage',
      {
        ...{ app: 'shop', host: 'shop.example.org:8080', paths: ['/x'], isAggressive: false, image: 'shop@sha256:1' },
        ...{ env: { A: 'b' }, command: null, port: 80, healthPath: '/up', cpuMillis: null, memoryBytes: 2 ** 28 },
      },
    ],
  ])
  assert.deepEqual(
    activity.map(({ actor, kind, project, detail }) => [actor, kind, project, detail]),
    [['ann', 'image_slimming_requested', 'team', 'v3']],
  )
})

test('a service that is named is the one, and one that there is not is refused before anything begins', async () => {
  const { start, calls } = setUp()
  await assert.rejects(start({ service: 'cron' }), { code: 'invalid_request', hint: 'It has web, worker' })
  assert.deepEqual(calls, [])
  assert.equal((await start({ service: 'worker' })).image, 'work@sha256:2')
  await assert.rejects(start({}), { code: 'conflict' })
})
