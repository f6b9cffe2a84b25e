import type { Stats } from '../stats/create-stats.ts'
import { type CleanupKeeper, cleanupKeeper, type KeeperDeps } from './cleanup-keeper.ts'
import { daysUntilFull } from './disk-outlook.ts'
import { type NeedsDeps, needsReader } from './needs-reader.ts'
import { registryClient } from './registry-client.ts'
import { registryCollection } from './registry-collection.ts'

type Deps = Omit<KeeperDeps, 'readNeeds' | 'registry' | 'collection' | 'findDaysLeft' | 'imageStore'> &
  NeedsDeps &
  Parameters<typeof registryCollection>[0] & {
    imageStore: KeeperDeps['imageStore'] & NeedsDeps['imageStore']
    stats: Pick<Stats, 'machineSeries'>
    registryUrl: string
  }

/** The parts of the cleanup, put together. */
export function createCleanup({ stats, registryUrl, ...deps }: Deps): CleanupKeeper {
  async function findDaysLeft(machine: string) {
    const { stepMs, points } = await stats.machineSeries(machine, '7d')
    const total = deps.agents.list().find(({ name }) => name === machine)?.lastHeartbeat?.stats.diskTotalBytes ?? 0
    return total > 0 ? daysUntilFull({ stepMs, usedBytes: points.diskUsedBytes }, total) : null
  }
  return cleanupKeeper({
    ...deps,
    readNeeds: needsReader(deps),
    registry: registryClient({ url: registryUrl }),
    collection: registryCollection(deps),
    findDaysLeft,
  })
}
