import { labelMachine } from '@berth/contract'
import type { ClusterState, Engine } from '@berth/engine'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import { observedOf } from '../machines/machine-api.ts'
import type { MachineReader } from '../machines/machine-reader.ts'
import { viewOne } from '../machines/one-machine.ts'
import type { ReleaseStore } from '../releases/release-store.ts'
import { changeLabels, type LabelledService, refuseEviction } from './label-plan.ts'

type Deps = {
  engine: Pick<Engine, 'setMachineLabels'>
  cluster: Pick<ClusterObserver, 'refresh'>
  machines: MachineReader
  releases: Pick<ReleaseStore, 'find'>
  activity: Pick<ActivityStore, 'add'>
}

export const labelApi = ({ engine, cluster, machines, releases, activity }: Deps): EndpointHandler[] => [
  handle(labelMachine, async ({ params: { machine: name }, body, caller, signal }) => {
    const state = await cluster.refresh(signal)
    const machine = observedOf(state, name)
    const labels = changeLabels(machine.labels, body.labels)
    if (!body.force) refuseEviction(name, labels, await servicesOn(machine.id, state, releases))
    await engine.setMachineLabels(machine.id, labels, machine.version, signal)
    const detail = `${name}: ${Object.entries(body.labels).map(describe).join(' ')}`
    await activity.add({ actor: caller.name, kind: 'machine_labelled', detail })
    return viewOne(name, machines, await cluster.refresh(signal))
  }),
]

/** By instances and not by services: a release that is on its way out counts for as long as it runs. */
async function servicesOn(
  machineId: string,
  { instances }: ClusterState,
  releases: Deps['releases'],
): Promise<LabelledService[]> {
  const here = instances.filter((instance) => instance.machineId === machineId && instance.isWanted)
  const byService = new Map(here.map((instance) => [instance.serviceName, instance]))
  const found = await Promise.all(
    [...byService.values()].map(async ({ app, service, releaseVersion }) => {
      const release = await releases.find(app, releaseVersion)
      const on = release?.services.find(({ name }) => name === service)?.placement?.on ?? {}
      return { app, service, on }
    }),
  )
  return found.toSorted((a, b) => a.app.localeCompare(b.app))
}

const describe = ([label, value]: [string, string | null]) => (value === null ? `${label}-` : `${label}=${value}`)
