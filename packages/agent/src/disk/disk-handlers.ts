import type { machineVerbs, VerbHandlers } from '@berth/contract'
import type { MachineEngine } from '@berth/engine'
import type { CacheKeeper } from '../builder/cache-keeper.ts'
import { lookAtDisk } from './disk-look.ts'
import type { ImageLedger } from './image-ledger.ts'
import { type RemovalDeps, removeImages } from './remove-images.ts'

type Verbs = Pick<
  typeof machineVerbs,
  'lookAtDisk' | 'removeImages' | 'removeCacheRecords' | 'collectRegistry' | 'awaitCollection'
>

export type DiskHandlers = VerbHandlers<Verbs>

type Deps = RemovalDeps & {
  engine: RemovalDeps['engine'] & Pick<MachineEngine, 'collectRegistryGarbage' | 'untilRegistryCollected'>
  ledger: ImageLedger
  cache: Pick<CacheKeeper, 'look' | 'remove'>
  diskFolder: string
}

export const diskHandlers = (deps: Deps): DiskHandlers => ({
  lookAtDisk: (_, { signal }) => lookAtDisk(deps, signal),
  removeImages: ({ imageIds }, { signal }) => removeImages(imageIds, deps, signal),
  removeCacheRecords: ({ recordIds }, { signal }) => deps.cache.remove(recordIds, signal),
  collectRegistry: () => deps.engine.collectRegistryGarbage(),
  async awaitCollection(_, { signal }) {
    await deps.engine.untilRegistryCollected(signal)
    return {}
  },
})
