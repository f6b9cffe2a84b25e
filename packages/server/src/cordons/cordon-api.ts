import { cordonMachine } from '@berth/contract'
import type { Engine } from '@berth/engine'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import { observedOf } from '../machines/machine-api.ts'
import type { MachineReader } from '../machines/machine-reader.ts'
import { viewOne } from '../machines/one-machine.ts'
import { planCordon } from './cordon-plan.ts'
import type { CordonStore } from './cordon-store.ts'

type Deps = {
  engine: Pick<Engine, 'setMachineAvailability'>
  cluster: Pick<ClusterObserver, 'refresh'>
  machines: MachineReader
  cordons: CordonStore
  activity: Pick<ActivityStore, 'add'>
  /** Leaves a machine alone for a while that a person wants to take instances. */
  pressure: { spare(machineId: string): void }
}

export const cordonApi = ({ engine, cluster, machines, cordons, activity, pressure }: Deps): EndpointHandler[] => [
  handle(cordonMachine, async ({ params: { machine: name }, body: { isCordoned }, caller, signal }) => {
    const machine = observedOf(await cluster.refresh(signal), name)
    const wanted = planCordon(machine, isCordoned)
    if (wanted) {
      if (!isCordoned) pressure.spare(machine.id)
      await engine.setMachineAvailability(machine.id, wanted, machine.version, signal)
      const { id: machineId } = machine
      if (isCordoned) await cordons.put({ machineId, cause: 'person', actor: caller.name, reason: null })
      else await cordons.remove(machineId)
      const kind = isCordoned ? 'machine_cordoned' : 'machine_uncordoned'
      await activity.add({ actor: caller.name, kind, detail: name })
    }
    return viewOne(name, machines, await cluster.refresh(signal))
  }),
]
