import type { MachineRole } from '@berth/contract'
import type { Engine, ObservedMachine } from '@berth/engine'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { Changes } from '../changes.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { IdentityStore } from './identity-store.ts'
import { registrationKeeper } from './registration-keeper.ts'

/**
 * After three missed ones all instances of a machine start elsewhere. Swarm varies each period by up to 500 ms, so that a
 * machine is lost after 4,050 ms at most, which leaves its instances a second to start within the five that we promise,
 * and never sooner than 1,050 ms. A single machine has no elsewhere: there a short period only means that a busy moment (a push, a
 * build) restarts everything.
 */
export const heartbeatMsFor = (machineCount: number): number => (machineCount > 1 ? 850 : 15_000)

/** Machines that the cluster has made workers while what is recorded says manager. */
export const demotedSince = (
  machines: readonly Pick<ObservedMachine, 'id' | 'role'>[],
  records: ReadonlyMap<string, { role: MachineRole }>,
): string[] =>
  machines.filter(({ id, role }) => role === 'worker' && records.get(id)?.role === 'manager').map(({ id }) => id)

type Deps = {
  engine: Pick<Engine, 'setHeartbeat'>
  identities: Pick<IdentityStore, 'records' | 'setRole'>
  agents: Pick<AgentRegistry, 'cut' | 'find'>
  activity: Pick<ActivityStore, 'add'>
  cluster: Pick<ClusterObserver, 'current'>
  log: Logger
}

const confirmEveryMs = 60_000

/** One pass: the cluster's timing, who may still speak for it, and who is lost to it without reason. */
export function machineReconciler({ engine, identities, agents, activity, cluster, log }: Deps, now: () => number) {
  const keepRegistrations = registrationKeeper({ agents, activity, now, log })
  let set = { heartbeatMs: 0, atMs: Number.NEGATIVE_INFINITY }

  async function keepHeartbeat(machines: readonly ObservedMachine[], signal: AbortSignal) {
    const heartbeatMs = heartbeatMsFor(machines.length)
    if (set.heartbeatMs === heartbeatMs && now() - set.atMs < confirmEveryMs) return
    await engine.setHeartbeat(heartbeatMs, signal)
    if (set.heartbeatMs !== heartbeatMs) log.info({ heartbeatMs, machines: machines.length }, 'cluster_heartbeat_set')
    set = { heartbeatMs, atMs: now() }
  }

  async function followRoles(machines: readonly ObservedMachine[]) {
    for (const machineId of demotedSince(machines, await identities.records())) {
      await identities.setRole(machineId, 'worker')
      agents.cut(machineId, 'The machine is no longer a manager')
      log.info({ machineId }, 'machine_demoted')
    }
  }

  return async (signal: AbortSignal): Promise<void> => {
    const machines = cluster.current()?.machines ?? []
    if (machines.length === 0) return
    await followRoles(machines)
    await keepHeartbeat(machines, signal)
    await keepRegistrations(machines, signal)
  }
}

const passEveryMs = 2_000

/** Runs passes until the signal ends it. A pass that breaks is followed by the next. */
export async function runMachineReconciler(
  deps: Deps & { changes: Pick<Changes, 'wait'>; now(): number },
  signal: AbortSignal,
): Promise<void> {
  const pass = machineReconciler(deps, deps.now)
  while (!signal.aborted) {
    const changed = deps.changes.wait(passEveryMs, signal)
    changed.catch(() => undefined)
    try {
      await pass(signal)
    } catch (error) {
      if (!signal.aborted) deps.log.error({ err: error }, 'machine_pass_failed')
    }
    await changed.catch(() => undefined)
  }
}
