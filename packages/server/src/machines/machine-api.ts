import { getMachine, listMachines, PlatformError } from '@berth/contract'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import type { MachineReader } from './machine-reader.ts'

type Deps = {
  cluster: Pick<ClusterObserver, 'current' | 'ageMs' | 'refresh'>
  machines: MachineReader
}

/** Older than this, the picture of the cluster is not shown as the present. */
const freshMs = 5_000

export function machineApi({ cluster, machines }: Deps): EndpointHandler[] {
  async function list(signal: AbortSignal) {
    const seen = cluster.ageMs() < freshMs ? cluster.current() : undefined
    return machines.view(seen ?? (await cluster.refresh(signal)))
  }

  return [
    handle(listMachines, ({ signal }) => list(signal)),

    handle(getMachine, async ({ params, signal }) => {
      const found = (await list(signal)).find(({ name }) => name === params.machine)
      if (!found) throw machineNotFound(params.machine)
      return found
    }),
  ]
}

export const machineNotFound = (name: string) =>
  new PlatformError('machine_not_found', `There is no machine ${name}`, { hint: '`berth machines` lists them' })
