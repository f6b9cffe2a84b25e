import type { Heartbeat, LocalInstance } from '@berth/contract'
import pino from 'pino'
import type { AgentConnection } from '../../packages/server/src/agents/agent-registry.ts'
import { idleEdge, idleInstance, idleStats } from '../../packages/server/src/agents/test-heartbeat.ts'
import { appStore } from '../../packages/server/src/apps/app-store.ts'
import type { Database } from '../../packages/server/src/database/database.ts'
import { sampleStore } from '../../packages/server/src/stats/sample-store.ts'
import { statsKeeper } from '../../packages/server/src/stats/stats-keeper.ts'

const instancesPerApp = 10
const { random } = Math
/** A value and a change of up to a tenth of it either way. */
const around = (value: number) => value * (0.9 + random() / 5)

/** Machines whose agents tell something else each second, on a clock that runs as fast as it is ticked. */
export async function openFleet(database: Database, count: { machines: number; instances: number }) {
  let nowMs = Date.parse('2030-01-01T00:00:00Z')
  const apps = appStore({ database, newId: () => crypto.randomUUID(), now: () => nowMs })
  const appCount = Math.ceil(count.instances / instancesPerApp)
  for (let app = 0; app < appCount; app++) {
    await apps.createWithDeployment({
      app: { name: `app-${app}`, project: 'default', replicas: instancesPerApp },
      deployment: { services: [], requestedBy: 'bench', deadlineMs: 1 },
    })
  }
  const agents = Array.from({ length: count.machines }, (_, i) => fakeAgent(i))
  const share = Math.ceil(count.instances / count.machines)
  const beats = agents.map((_, i) =>
    Array.from({ length: Math.min(share, count.instances - i * share) }, (_, j) => instanceNumber(i * share + j)),
  )
  let rows = 0
  let bytes = 0
  const store = sampleStore({ database })
  const keeper = statsKeeper({
    agents: { list: () => agents },
    cluster: { current: () => undefined },
    figures: { newest: () => ({ atMs: nowMs, apps: new Map() }) },
    store: {
      ...store,
      async put(chunks) {
        rows += chunks.length
        await store.put(chunks)
      },
    },
    listApps: apps.list,
    now: () => nowMs,
    log: pino({ level: 'silent' }),
  })

  function tick() {
    for (const [i, agent] of agents.entries()) Object.assign(agent, { lastHeartbeat: beat(beats[i] ?? []) })
    keeper.tick()
    nowMs += 1_000
  }

  const beat = (instances: LocalInstance[]): Heartbeat => {
    for (const instance of instances) live(instance)
    return {
      stats: {
        ...idleStats,
        ...{ cpuRatio: around(0.3), load1: around(1), load5: around(1), memoryUsedBytes: Math.round(around(4e9)) },
        ...{ diskUsedBytes: 20e9 + Math.round(around(1e6)), networkReceivedBytes: Math.round(nowMs * around(10)) },
        pressure: { cpuSome60: around(3), memorySome60: 0, memoryFull60: 0, ioSome60: around(1), ioFull60: around(1) },
      },
      sampledAtMs: nowMs,
      instances: instances.map((instance) => ({ ...instance })),
      edge: idleEdge,
    }
  }

  async function write() {
    await keeper.write()
    const { total } = await database.db
      .selectFrom('sampleChunks')
      .select(({ fn }) => fn.sum<number>(fn('length', ['packed'])).as('total'))
      .where('lastAtMs', '>=', nowMs - 75_000)
      .executeTakeFirstOrThrow()
    bytes += Number(total)
  }

  return { tick, write, rowsWritten: () => rows, bytesWritten: () => bytes, apps: appCount }
}

const fakeAgent = (index: number) => ({ name: `machine-${index}`, machineId: `${index}` }) as AgentConnection

const instanceNumber = (index: number): LocalInstance => ({
  ...idleInstance,
  instanceId: `instance-${index}`,
  app: `app-${Math.floor(index / instancesPerApp)}`,
})

function live(instance: LocalInstance) {
  instance.cpuSeconds += around(0.05)
  instance.memoryBytes = Math.round(around(80e6) / 4096) * 4096
  instance.networkReceivedBytes = (instance.networkReceivedBytes ?? 0) + Math.round(around(20_000))
  instance.networkSentBytes = (instance.networkSentBytes ?? 0) + Math.round(around(60_000))
  // Now and then, as a log is written.
  if (random() < 0.1) instance.diskWrittenBytes = (instance.diskWrittenBytes ?? 0) + 4096
}
