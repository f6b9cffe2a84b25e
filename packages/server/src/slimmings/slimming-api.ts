import { cancelSlimming, createSlimming, followSlimming, listSlimmings } from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { WorkGate } from '../cleanup/work-gate.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import { handle } from '../http/endpoint-handler.ts'
import { machinesFor, serviceOf } from '../images/image-analysis-plan.ts'
import type { ReleaseStore } from '../releases/release-store.ts'
import { servingRelease } from '../releases/serving-release.ts'
import { slimRequestOf } from './slim-request.ts'
import type { SlimmingBoard } from './slimming-board.ts'

type Deps = {
  apps: Pick<AppStore, 'get'>
  releases: Pick<ReleaseStore, 'latest' | 'get'>
  deployments: Pick<DeploymentStore, 'listByIds'>
  cluster: Pick<ClusterObserver, 'current'>
  agents: Pick<AgentRegistry, 'list'>
  activity: Pick<ActivityStore, 'add'>
  slimmings: SlimmingBoard
  gate: Pick<WorkGate, 'enter'>
  urlOf(app: string): string
}

export const slimmingApi = (deps: Deps) => {
  const { apps, releases, deployments, cluster, agents, activity, slimmings, gate, urlOf } = deps
  return [
    handle(createSlimming, async ({ params: { app: name }, body, caller }) => {
      const { service: wanted, paths, isAggressive } = body
      const app = await apps.get(name)
      const release = await servingRelease(name, { apps, releases, deployments })
      const { version: releaseVersion, service } = serviceOf(name, release, wanted)
      const [agent] = machinesFor(service.imageDigest, agents.list(), cluster.current())
      const request = slimRequestOf(service, { app: name, host: new URL(urlOf(name)).host, paths, isAggressive })
      const { image } = request
      const slimming = slimmings.start(
        app,
        {
          ...{ app: name, service: service.name, releaseVersion, image, isAggressive },
          ...{ machine: agent.name, requestedBy: caller.name },
        },
        (tell, signal) => {
          const onWait = () => tell('waits while old images are removed')
          return gate.enter(['registry', `machine ${agent.name}`], { signal, onWait }, async () => {
            // Nothing to do where the app runs; a machine that it does not run on may have been cleaned.
            await agent.channel.call('pullImage', { image }, { signal, onEvent: tell })
            return agent.channel.call('slimImage', request, { signal, onEvent: tell })
          })
        },
      )
      await activity.add({
        ...{ actor: caller.name, kind: 'image_slimming_requested', app: name, project: app.project },
        detail: `v${releaseVersion}`,
      })
      return slimming
    }),

    handle(listSlimmings, async ({ params }) => slimmings.list(await apps.get(params.app))),

    handle(followSlimming, async ({ params: { app, slimmingId }, signal }) =>
      slimmings.follow(await apps.get(app), slimmingId, signal),
    ),

    handle(cancelSlimming, async ({ params: { app, slimmingId }, caller }) =>
      slimmings.cancel(await apps.get(app), slimmingId, caller.name),
    ),
  ]
}
