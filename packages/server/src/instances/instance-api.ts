import { listInstances, PlatformError } from '@berth/contract'
import type { AppStore } from '../apps/app-store.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { handle } from '../http/endpoint-handler.ts'
import { viewInstances } from './instance-view.ts'

export const instanceApi = ({ apps, cluster }: { apps: AppStore; cluster: ClusterObserver }) => [
  handle(listInstances, async ({ params: { app }, signal }) => {
    await apps.get(app)
    const state = await cluster.recent(signal)
    if (!state) {
      throw new PlatformError('engine_unavailable', 'The cluster has not been seen yet', {
        hint: 'Try again in a moment; berth status says what is up',
      })
    }
    return viewInstances(
      state.instances.filter((instance) => instance.app === app),
      state.machines,
    )
  }),
]
