import {
  activateMachine,
  cancelRelocation,
  drainMachine,
  followRelocation,
  getRelocation,
  listRelocations,
  PlatformError,
  planRebalance,
  type Relocation,
  startRebalance,
} from '@berth/contract'
import type { ClusterState, ObservedMachine } from '@berth/engine'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { Changes } from '../changes.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import { observedOf } from '../machines/machine-api.ts'
import { planRebalance as planMoves } from '../rebalance/rebalance-plan.ts'
import { rebalanceSteps } from '../rebalance/rebalance-progress.ts'
import type { RouteReconciler } from '../routes/route-reconciler.ts'
import type { Wanted } from '../services/live-deployments.ts'
import { watchRow } from '../watch-row.ts'
import { checkDrain } from './drain-check.ts'
import { type RelocationFacts, relocationFacts } from './relocation-facts.ts'
import type { RelocationRow } from './relocation-row.ts'
import type { RelocationStore } from './relocation-store.ts'
import { viewRelocation } from './relocation-view.ts'

type Deps = {
  relocations: RelocationStore
  readWanted(): Promise<Wanted>
  cluster: Pick<ClusterObserver, 'refresh'>
  routes: Pick<RouteReconciler, 'edges'>
  activity: Pick<ActivityStore, 'add'>
  changes: Changes
  now(): number
}

export const relocationApi = (deps: Deps): EndpointHandler[] => [
  ...machineHandlers(deps),
  ...rebalanceHandlers(deps),
  ...relocationHandlers(deps),
]

function machineHandlers(deps: Deps): EndpointHandler[] {
  const { relocations, cluster, activity, changes } = deps
  return [
    handle(drainMachine, async ({ params, body: { force }, caller, signal }) => {
      const state = await cluster.refresh(signal)
      const machine = observedOf(state, params.machine)
      const facts = await gatherFacts(state, deps)
      // Only recorded here: the driver does the work, and the caller follows it by its id.
      const asked = { machineId: machine.id, machine: machine.name, isForced: force, requestedBy: caller.name }
      const { row, isNew } = await relocations.requestDrain(asked, (drains) =>
        checkDrain(machine, { facts, drains, isForced: force }),
      )
      if (isNew) await activity.add({ actor: caller.name, kind: 'machine_drain_requested', detail: machine.name })
      changes.notify()
      return view(row, relocations)
    }),

    handle(activateMachine, async ({ params, caller, signal }) => {
      const machine = observedOf(await cluster.refresh(signal), params.machine)
      const { drains } = await relocations.read()
      const isDrained = machine.cordonLabel === 'drain' || drains.some(({ machineId }) => machineId === machine.id)
      if (!isDrained) {
        refuseOthers(machine)
        return { machine: machine.name, cancelled: null }
      }
      const asked = { machineId: machine.id, machine: machine.name }
      const cancelled = await relocations.activate(asked, `${machine.name} was activated by ${caller.name}`)
      await activity.add({ actor: caller.name, kind: 'machine_activated', detail: machine.name })
      changes.notify()
      return { machine: machine.name, cancelled: cancelled ? await view(cancelled, relocations) : null }
    }),
  ]
}

function rebalanceHandlers(deps: Deps): EndpointHandler[] {
  const { relocations, cluster, activity, changes } = deps
  return [
    handle(planRebalance, async ({ signal }) => {
      const { moves, skipped } = planMoves(await gatherFacts(await cluster.refresh(signal), deps))
      return { moves: moves.map(({ app, service, from, to }) => ({ app, service, from, to })), skipped }
    }),

    handle(startRebalance, async ({ caller, signal }) => {
      const steps = rebalanceSteps(await gatherFacts(await cluster.refresh(signal), deps))
      const { row, isNew } = await relocations.requestRebalance({ steps, requestedBy: caller.name })
      if (isNew) await activity.add({ actor: caller.name, kind: 'rebalance_requested' })
      changes.notify()
      return view(row, relocations)
    }),
  ]
}

function relocationHandlers({ relocations, activity, changes }: Deps): EndpointHandler[] {
  const read = async (id: string) => view(await relocations.get(id), relocations)
  return [
    handle(listRelocations, async ({ query }) => {
      const { active } = await relocations.read()
      return (await relocations.list(query)).map((row) => viewRelocation(row, active))
    }),

    handle(getRelocation, ({ params }) => read(params.relocationId)),

    handle(followRelocation, async ({ params: { relocationId }, signal }) => {
      await read(relocationId) // Refuses before the stream begins.
      const hasEnded = ({ finishedAt }: Relocation) => finishedAt !== null
      return watchRow({ read: () => read(relocationId), hasEnded, changes }, signal)
    }),

    handle(cancelRelocation, async ({ params: { relocationId }, caller }) => {
      const { kind, machine, state } = await relocations.get(relocationId)
      const cancelled = await relocations.cancel(relocationId, `cancelled by ${caller.name}`)
      if (!cancelled) {
        throw new PlatformError('relocation_finished', `It has ${state === 'running' ? 'ended' : state} already`, {
          hint: 'See what runs: berth machines relocations',
        })
      }
      await activity.add({
        actor: caller.name,
        kind: `${kind === 'drain' ? 'machine_drain' : kind}_cancelled`,
        detail: machine,
      })
      changes.notify()
      return view(cancelled, relocations)
    }),
  ]
}

const view = async (row: RelocationRow, relocations: RelocationStore) =>
  viewRelocation(row, (await relocations.read()).active)

async function gatherFacts(state: ClusterState, { readWanted, routes, now }: Deps): Promise<RelocationFacts> {
  return relocationFacts({ wanted: await readWanted(), state, edges: routes.edges(), nowMs: now() })
}

/** Who made a machine take nothing says when it does again. */
function refuseOthers({ name, availability, cordonLabel }: ObservedMachine) {
  if (availability === 'active') return
  const hint =
    cordonLabel === null
      ? `Somebody paused it past Berth: docker node update --availability active ${name}`
      : `berth machines uncordon ${name}`
  throw new PlatformError('conflict', `${name} is not drained but ${cordonLabel ? 'cordoned' : 'paused'}`, { hint })
}
