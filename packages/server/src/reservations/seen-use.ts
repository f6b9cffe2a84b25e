import type { DeploymentStore } from '../deployments/deployment-store.ts'
import type { FindSeenUse } from './reserve-for-release.ts'

type ObservedUse = { cpuMillisP95: number; memoryBytesP95: number; sampleCount: number }

type Deps = {
  findObservedUse(app: string, service: string, options: { sinceMs: number }): Promise<ObservedUse | null>
  deployments: Pick<DeploymentStore, 'list'>
}

const deploymentsLookedAt = 50

/** What was measured, together with the deployments that failed for want of memory, which ran too shortly to be measured. */
export const seenUseFinder =
  ({ findObservedUse, deployments }: Deps): FindSeenUse =>
  async (app, service, { sinceMs }) => {
    const observed = await findObservedUse(app, service, { sinceMs })
    if (!observed) return null
    const recent = await deployments.list(app, { limit: deploymentsLookedAt })
    const ended = recent.filter(
      ({ failure, createdAtMs }) => failure?.code === 'out_of_memory' && createdAtMs >= sinceMs,
    )
    return { ...observed, outOfMemoryKills: ended.length }
  }
