import { tryMachineReachability } from '@berth/contract'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import { observedOf } from '../machines/machine-api.ts'
import type { Reachability } from './reachability.ts'

type Deps = { cluster: Pick<ClusterObserver, 'refresh'>; reachability: Reachability }

export const reachabilityApi = ({ cluster, reachability }: Deps): EndpointHandler[] => [
  handle(tryMachineReachability, async ({ params, signal }) => {
    const state = await cluster.refresh(signal)
    return reachability(observedOf(state, params.machine), state, signal)
  }),
]
