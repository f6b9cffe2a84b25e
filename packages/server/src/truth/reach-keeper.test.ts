import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EdgeTruth } from '@berth/contract'
import { aMachine, aService, type ClusterState, fakeEngine } from '@berth/engine'
import pino from 'pino'
import { Registry } from 'prom-client'
import type { AgentChannel, AgentConnection } from '../agents/agent-registry.ts'
import { reachKeeper } from './reach-keeper.ts'
import { addTruthMetrics } from './truth-metrics.ts'

const machines = [aMachine(), aMachine({ id: 'machine-2', name: 'm2', role: 'worker', isLeader: false })]
const signal = new AbortController().signal
const truth: EdgeTruth = {
  isInformed: true,
  missing: 0,
  ghosts: 0,
  unreachable: [],
  repairs: { added: 2, closed: 0, reopened: 0 },
}

/** Two machines with an instance each; the test says what their edges cannot reach. */
async function setUp() {
  const { engine, step } = fakeEngine({ machines, stepsByItself: false })
  await engine.ensureNetwork('berth-project-default')
  await engine.createService(aService({ replicas: 2 }))
  step()
  step()
  const state: ClusterState = await engine.observe()
  const world = { nowMs: 0, asked: [] as unknown[], told: [] as (string | null | undefined)[] }
  const agents = machines.map(
    ({ id, name }) =>
      ({
        machineId: id,
        name,
        lastHeartbeat: { edge: { truth } },
        channel: {
          call: async (verb: string, input: unknown) => {
            world.asked.push([name, verb, input])
            return { wasStopped: true }
          },
        } as unknown as AgentChannel,
      }) as AgentConnection,
  )
  const list = () => agents
  const keeper = reachKeeper({
    agents: { list, find: (machineId) => agents.find((agent) => agent.machineId === machineId) },
    cluster: { currentWithin: () => state },
    apps: { find: async () => ({ project: 'default' }) as never },
    activity: { add: async ({ kind, detail }) => world.told.push(`${kind}: ${detail}`) as never },
    now: () => world.nowMs,
    log: pino({ level: 'silent' }),
  })
  const passAt = async (nowMs: number) => {
    world.nowMs = nowMs
    await keeper.pass(signal)
  }
  const loses = (place: number, address: string) =>
    Object.assign(agents[place] ?? {}, {
      lastHeartbeat: {
        edge: { truth: { ...truth, unreachable: [{ backend: 'shop-web-r1', address, isRefused: false }] } },
      },
    })
  return { world, state, list, passAt, loses }
}

test('an instance that another machine’s edge cannot reach is stopped by its own machine, and that is told', async () => {
  const { world, state, passAt, loses } = await setUp()
  const there = state.instances.find(({ machineId }) => machineId === 'machine-2')
  loses(0, there?.addresses[0]?.ip ?? '')
  await passAt(0)
  assert.deepEqual(world.asked, [])
  await passAt(60_000)
  assert.deepEqual(world.asked, [['m2', 'replaceInstance', { instanceId: there?.id }]])
  assert.match(world.told[0] ?? '', /^instance_replaced: shop-web-r1 on m2/)
})

test('the metrics tell by machine what differs and what was repaired', async () => {
  const { list, loses } = await setUp()
  loses(0, '10.0.0.2')
  const registry = new Registry()
  addTruthMetrics(registry, { list })
  const text = await registry.metrics()
  assert.match(text, /berth_edge_differences\{machine="m1",kind="unreachable"\} 1/)
  assert.match(text, /berth_edge_repairs_total\{machine="m2",kind="added"\} 2/)
  assert.equal(text, await registry.metrics(), 'Asking twice counts nothing twice')
})
