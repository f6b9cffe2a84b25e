import type { MachineStats } from '@berth/contract'
import type { ClusterState, Engine } from '@berth/engine'
import Docker from 'dockerode'
import pino from 'pino'
import { Registry } from 'prom-client'
import type { AgentConnection } from '../../packages/server/src/agents/agent-registry.ts'
import { pressureMetrics } from '../../packages/server/src/pressure/pressure-metrics.ts'
import { pressureReconciler } from '../../packages/server/src/pressure/pressure-reconciler.ts'
import { type Machine, testSite } from '../machine.ts'

type Usage = { atMs: number; cpuMs: number; ratio: number }

/** The server's pressure reconciler on a real engine, told what the machines' containers use as their agents would tell it. */
export async function pressureWatch(options: {
  machines: readonly Machine[]
  runId: string
  engine: Engine
  signal: AbortSignal
}) {
  const { machines, runId, engine, signal } = options
  const outer = new Docker()
  const containerOf = (name: string) => outer.getContainer(testSite(runId).containerName(name))
  const usage = new Map<string, Usage>()
  const cores = new Map<string, number>()
  const events: string[] = []
  let state: ClusterState = await engine.observe()
  const look = async () => {
    state = await engine.observe()
  }

  async function measure(name: string) {
    const { cpu_stats: cpu } = await containerOf(name).stats({ stream: false, 'one-shot': true })
    const [atMs, cpuMs] = [performance.now(), cpu.cpu_usage.total_usage / 1e6]
    const before = usage.get(name)
    const share = cores.get(name) ?? cpu.online_cpus
    const ratio = before ? (cpuMs - before.cpuMs) / (atMs - before.atMs) / share : 0
    usage.set(name, { atMs, cpuMs, ratio })
  }

  function agentOf(id: string): AgentConnection | undefined {
    const name = state.machines.find((machine) => machine.id === id)?.name ?? ''
    const ratio = usage.get(name)?.ratio
    if (ratio === undefined) return undefined
    const room = { memoryUsedBytes: 1, memoryTotalBytes: 2, diskUsedBytes: 1, diskTotalBytes: 2 }
    const stats = { cpuRatio: Math.min(1, ratio), load1: 0, ...room } as MachineStats
    return { lastSeenAtMs: Date.now(), lastHeartbeat: { stats } } as AgentConnection
  }

  const reconciler = pressureReconciler({
    agents: { find: agentOf },
    cluster: { currentWithin: () => state, look },
    engine,
    releases: { find: async () => undefined },
    cordons: { put: async (row) => ({ ...row, sinceMs: 0 }), remove: async () => undefined },
    activity: { add: async ({ kind, detail }) => void events.push(`${kind}: ${detail}`) as never },
    metrics: pressureMetrics(new Registry()),
    now: Date.now,
    log: pino({ level: 'silent' }),
  })

  return {
    events,
    async limitCpu(name: string, limit: number) {
      cores.set(name, limit)
      await containerOf(name).update({ NanoCpus: limit * 1e9 })
    },
    async pass() {
      await Promise.all(machines.map(({ name }) => measure(name)))
      await look()
      await reconciler.pass(signal)
    },
    describe: () => [...usage].map(([name, { ratio }]) => `${name} ${Math.round(ratio * 100)} %`).join(', '),
  }
}
