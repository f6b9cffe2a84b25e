import { followLogs, PlatformError } from '@berth/contract'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { handle } from '../http/endpoint-handler.ts'
import { followLines } from './follow-lines.ts'
import { logSources } from './log-source.ts'

type Deps = {
  apps: Pick<AppStore, 'get'>
  cluster: Pick<ClusterObserver, 'current'>
  agents: Pick<AgentRegistry, 'find'>
}

export const logApi = ({ apps, cluster, agents }: Deps) => [
  handle(followLogs, async ({ params: { app }, query: { tail, follow, instance }, signal }) => {
    await apps.get(app)
    if (!cluster.current()) {
      throw new PlatformError('engine_unavailable', 'The cluster has not been seen yet', {
        hint: 'Try again in a few seconds',
      })
    }
    const sources = () => {
      const state = cluster.current()
      const ofApp = state ? logSources(state, app) : []
      return instance === undefined ? ofApp : ofApp.filter(({ instanceId }) => instanceId === instance)
    }
    if (instance !== undefined && sources().length === 0) {
      throw new PlatformError('instance_not_found', `App ${app} has no instance ${instance}`, {
        hint: `See those it has with \`berth ps ${app}\``,
      })
    }
    return followLines({ sources, agents, now: () => new Date() }, { tail, follow }, signal)
  }),
]
