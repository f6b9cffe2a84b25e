import type { TestContext } from 'node:test'
import type { AppFigures, Heartbeat, LocalInstance, MachineStats } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import pino from 'pino'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { idleEdge, idleInstance, idleStats } from '../agents/test-heartbeat.ts'
import { appStore } from '../apps/app-store.ts'
import { addTestApp } from '../apps/test-app.ts'
import type { StoreDeps } from '../database/database.ts'
import { openForTest, type TestEngine } from '../database/test-databases.ts'
import { sampleStore } from './sample-store.ts'
import { statsKeeper } from './stats-keeper.ts'
import { statsReader } from './stats-reader.ts'

export type World = {
  nowMs: number
  machines: Record<string, Partial<MachineStats>>
  instances: (Partial<LocalInstance> & { machine?: string })[]
  figures: Map<string, AppFigures>
}

/** A time at which no step and no span is over. */
export const startMs = Date.parse('2030-01-02T00:00:00Z')

/** A server's statistics over machines that are played second by second, on a database that outlives it. */
export async function openWorld(t: TestContext, engine: TestEngine) {
  const world: World = { nowMs: startMs, machines: { one: {} }, instances: [], figures: new Map() }
  const deps = await openForTest(t, await engine.place(t), () => world.nowMs)
  const apps = appStore(deps)
  const create = (name: string) => addTestApp(apps, name)
  await create('shop')
  return { world, deps, apps, create, startServer: () => startServer(world, deps, apps) }
}

function startServer(world: World, deps: StoreDeps, apps: ReturnType<typeof appStore>) {
  const { now } = deps
  const connections = new Map<string, AgentConnection>()

  const heartbeatOf = (machine: string): Heartbeat => ({
    stats: { ...idleStats, ...world.machines[machine] },
    sampledAtMs: world.nowMs,
    instances: world.instances
      .filter((instance) => (instance.machine ?? 'one') === machine)
      .map(({ machine: _, ...instance }) => ({ ...idleInstance, ...instance })),
    edge: idleEdge,
  })

  function connectionOf(name: string) {
    const known = connections.get(name)
    const connection = known ?? ({ name } as AgentConnection)
    connections.set(name, connection)
    return Object.assign(connection, { lastHeartbeat: heartbeatOf(name) })
  }

  const store = sampleStore(deps)
  const keeper = statsKeeper({
    agents: { list: () => Object.keys(world.machines).map(connectionOf) },
    cluster: {
      current: () => ({ machines: Object.keys(world.machines).map((name) => ({ name })) }) as never as ClusterState,
    },
    figures: { newest: () => ({ atMs: world.nowMs, apps: world.figures }) },
    store,
    listApps: apps.list,
    now,
    log: pino({ level: 'silent' }),
  })
  const reader = statsReader({ rings: keeper.rings, shelf: keeper.shelf, store, now })

  /** So many seconds in which each instance uses so many cores. */
  function pass(seconds: number, cores = 0) {
    for (let second = 0; second < seconds; second++) {
      keeper.tick()
      world.nowMs += 1_000
      for (const instance of world.instances) instance.cpuSeconds = (instance.cpuSeconds ?? 0) + cores
    }
  }
  return { keeper, reader, store, pass }
}
