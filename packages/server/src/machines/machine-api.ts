import { changeMachineRole, forecastMachineRole, getMachine, listMachines, removeMachine } from '@berth/contract'
import type { ClusterState, Engine, ObservedMachine } from '@berth/engine'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { BackupKeeper } from '../backups/backup-keeper.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import { machineNotFound } from './machine-not-found.ts'
import type { MachineReader } from './machine-reader.ts'
import { applyRemoval, type RemovalDeps } from './removal.ts'
import { planRemoval } from './removal-plan.ts'
import { forecastRole, refuseRole } from './role-plan.ts'

type Deps = RemovalDeps & {
  cluster: Pick<ClusterObserver, 'currentWithin' | 'refresh' | 'nudge'>
  machines: MachineReader
  backups: Pick<BackupKeeper, 'createBefore'>
  engine: Pick<Engine, 'setMachineRole' | 'removeMachine' | 'rotateJoinTokens'>
  activity: Pick<ActivityStore, 'add'>
}

/** Older than this, the picture of the cluster is not shown as the present. */
const freshMs = 5_000

export function machineApi(deps: Deps): EndpointHandler[] {
  const { cluster, machines, engine, activity, backups } = deps

  const seen = async (signal: AbortSignal): Promise<ClusterState> =>
    cluster.currentWithin(freshMs) ?? cluster.refresh(signal)

  async function view(name: string, state: ClusterState) {
    const { id } = observedOf(state, name)
    return (await machines.view(state)).find((machine) => machine.id === id) ?? machineNotFound(name)
  }

  return [
    handle(listMachines, async ({ signal }) => machines.view(await seen(signal))),

    handle(getMachine, async ({ params, signal }) => view(params.machine, await seen(signal))),

    handle(forecastMachineRole, async ({ params, query, signal }) => {
      const state = await cluster.refresh(signal)
      return forecastRole({ machine: observedOf(state, params.machine), to: query.role, machines: state.machines })
    }),

    handle(changeMachineRole, async ({ params, body, caller, signal }) => {
      const state = await cluster.refresh(signal)
      const machine = observedOf(state, params.machine)
      refuseRole({ machine, to: body.role, machines: state.machines })
      if (machine.role !== body.role) {
        await backups.createBefore(caller.name, signal)
        // Seen again, since the engine takes no change of what has changed while the backup was written.
        const current = observedOf(await cluster.refresh(signal), params.machine)
        await changeRole(current, body.role, { deps, signal })
        const kind = body.role === 'manager' ? 'machine_promoted' : 'machine_demoted'
        await activity.add({ actor: caller.name, kind, detail: machine.name })
      }
      return view(machine.name, await cluster.refresh(signal))
    }),

    handle(removeMachine, async ({ params, query, caller, signal }) => {
      const plan = async () => {
        const state = await cluster.refresh(signal)
        const machine = observedOf(state, params.machine)
        return { machine, steps: planRemoval({ machine, state, isForced: query.force }) }
      }
      await plan() // Refuses before a backup is written for nothing.
      await backups.createBefore(caller.name, signal)
      const { machine, steps } = await plan()
      await applyRemoval(steps, machine, { deps, signal })
      await activity.add({ actor: caller.name, kind: 'machine_removed', detail: machine.name })
      cluster.nudge()
      return { removed: true as const }
    }),
  ]

  async function changeRole(
    machine: ObservedMachine,
    role: 'manager' | 'worker',
    at: { deps: Deps; signal: AbortSignal },
  ) {
    await engine.setMachineRole(machine.id, role, machine.version, at.signal)
    if (role === 'manager') return
    // What it says of the cluster is not believed from this moment on, whatever its certificate says.
    await at.deps.identities.setRole(machine.id, 'worker')
    at.deps.agents.cut(machine.id, 'The machine is no longer a manager')
  }
}

/** Of two of the same name, as after one was set up anew, the one that answers. */
export function observedOf({ machines }: ClusterState, name: string): ObservedMachine {
  const named = machines.filter((machine) => machine.name === name)
  return named.find(({ isReady }) => isReady) ?? named[0] ?? machineNotFound(name)
}
