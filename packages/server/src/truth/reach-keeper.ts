import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterState } from '@berth/engine'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { faultInWords } from './fault-words.ts'
import { lastingFaults } from './lasting-faults.ts'
import { type EdgeReport, type LocatedInstance, type NetworkFault, planReach } from './reach-plan.ts'
import { nothingReplaced, planReplacements } from './replacement-plan.ts'
import { isServing } from './service-addresses.ts'

type Deps = {
  agents: Pick<AgentRegistry, 'list' | 'find'>
  cluster: Pick<ClusterObserver, 'currentWithin'>
  apps: Pick<AppStore, 'find'>
  activity: Pick<ActivityStore, 'add'>
  now(): number
  log: Logger
}

export type ReachKeeper = ReturnType<typeof reachKeeper>

const everyMs = 2_000
const freshMs = 4_000
const patienceMs = 15_000

/** Watches which edges reach which instances: replaces an instance that is lost, and tells of a network that is. */
export function reachKeeper(deps: Deps) {
  const { agents, cluster, activity, now, log } = deps
  const faults = lastingFaults()
  let memory = nothingReplaced

  async function pass(signal: AbortSignal) {
    const state = cluster.currentWithin(freshMs)
    if (!state) return
    const instances = locatedIn(state)
    const picture = planReach(reportsOf(agents), instances)
    for (const { kind, fault } of faults.see(picture.faults, now())) {
      const detail = faultInWords(fault, state.machines)
      log.warn({ fault }, kind)
      await activity.add({ actor: 'berth', kind, detail })
    }
    const countOf = (name: string) => instances.filter(({ serviceName }) => serviceName === name).length
    const plan = planReplacements(memory, { lost: picture.lost, countOf, nowMs: now() })
    memory = plan.memory
    await Promise.all(plan.replace.map((instance) => replace(instance, deps, signal)))
  }

  return {
    pass,
    /** Those that have lasted. */
    faults: (): readonly NetworkFault[] => faults.current(),
    async run(signal: AbortSignal) {
      while (!signal.aborted) {
        await pass(signal).catch((error: unknown) => {
          if (!signal.aborted) log.warn({ err: error }, 'reach_not_checked')
        })
        await delay(everyMs, undefined, { signal }).catch(() => undefined)
      }
    },
  }
}

const reportsOf = (agents: Deps['agents']): EdgeReport[] =>
  agents.list().flatMap(({ machineId, lastHeartbeat }) => {
    const truth = lastHeartbeat?.edge.truth
    return truth?.isInformed ? [{ machineId, unreachable: truth.unreachable }] : []
  })

function locatedIn({ instances, machines }: ClusterState): LocatedInstance[] {
  const ready = new Set(machines.filter(({ isReady }) => isReady).map(({ id }) => id))
  return instances.flatMap((instance) => {
    const { id: instanceId, app, serviceName, machineId, addresses } = instance
    const address = addresses[0]?.ip
    if (!address || machineId === null || !isServing(instance, ready)) return []
    return [{ instanceId, app, serviceName, address, machineId }]
  })
}

/** Through its own machine, which stops it in order; the cluster then starts another. */
async function replace(instance: LocatedInstance, { agents, apps, activity, log }: Deps, signal: AbortSignal) {
  const { instanceId, app, serviceName, machineId, address } = instance
  const agent = agents.find(machineId)
  if (!agent) return log.warn({ instance }, 'lost_instance_left_alone')
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
    const { wasStopped } = await agent.channel.call('replaceInstance', { instanceId }, { signal: patience })
    if (!wasStopped) return
    log.warn({ instance }, 'lost_instance_replaced')
    const project = (await apps.find(app))?.project
    const detail = `${serviceName} on ${agent.name}: edges could not connect to it at ${address}`
    if (project) await activity.add({ actor: 'berth', kind: 'instance_replaced', app, project, detail })
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error, instance }, 'lost_instance_not_replaced')
  }
}
