import { analyseAppImage, analyseImage } from '@berth/contract'
import type { AgentConnection, AgentRegistry } from '../agents/agent-registry.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { DeploymentStore } from '../deployments/deployment-store.ts'
import { handle } from '../http/endpoint-handler.ts'
import type { ReleaseStore } from '../releases/release-store.ts'
import { servingRelease } from '../releases/serving-release.ts'
import { analysisEvents, type Tell } from './analysis-events.ts'
import { imageOfService, machinesFor, mayAnalyse, noneHasIt } from './image-analysis-plan.ts'

type Deps = {
  apps: Pick<AppStore, 'get' | 'find'>
  releases: Pick<ReleaseStore, 'latest' | 'get'>
  deployments: Pick<DeploymentStore, 'listByIds'>
  cluster: Pick<ClusterObserver, 'current'>
  agents: Pick<AgentRegistry, 'list'>
}

export const imageAnalysisApi = ({ apps, releases, deployments, cluster, agents }: Deps) => [
  handle(analyseAppImage, async ({ params: { app }, query: { service }, signal }) => {
    const release = await servingRelease(app, { apps, releases, deployments })
    const image = imageOfService(app, release, service)
    const [agent] = machinesFor(image, agents.list(), cluster.current())
    return analysisEvents(signal, async (tell, stop) => {
      // Nothing to do where the app runs; a machine that it does not run on may have been cleaned.
      await agent.channel.call('pullImage', { image }, { signal: stop, onEvent: tell })
      return askMachine(agent, image, tell, stop)
    })
  }),

  handle(analyseImage, async ({ query: { name }, caller, signal }) => {
    const isAllowed = await mayAnalyse(name, caller, apps.find)
    const machines = machinesFor(name, agents.list(), cluster.current())
    return analysisEvents(signal, async (tell, stop) => {
      for (const agent of isAllowed ? machines : []) {
        const found = await askMachine(agent, name, tell, stop).catch(unlessMissing)
        if (found) return found
      }
      throw noneHasIt(name)
    })
  }),
]

const askMachine = ({ name, channel }: AgentConnection, image: string, tell: Tell, signal: AbortSignal) =>
  channel.call('analyseImage', { image }, { signal, onEvent: (text) => tell(`${name}: ${text}`) })

function unlessMissing(error: unknown): undefined {
  if ((error as { code?: unknown }).code !== 'image_not_found') throw error
}
