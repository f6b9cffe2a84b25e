import type { Reservations, Resources } from '@berth/contract'
import type { ReleaseService } from '../releases/release-store.ts'

type Reserving = Pick<ReleaseService, 'resources' | 'reservations'>

/** The service's resources with what its release reserves. As they are in releases that say nothing of their own. */
export function reservedResources({ resources, reservations }: Reserving): Resources {
  if (!reservations) return resources
  const { cpuMillis, cpuSource, memoryBytes, memorySource } = reservations
  return {
    ...resources,
    ...(cpuSource === 'observed' && cpuMillis > 0 ? { reservedCpuMillis: cpuMillis } : {}),
    ...(memorySource === 'observed' && memoryBytes > 0 ? { reservedMemoryBytes: memoryBytes } : {}),
  }
}

/** In full, also for a release from before releases said so themselves. */
export const reservationsOf = ({ resources, reservations }: Reserving): Reservations =>
  reservations ?? {
    cpuMillis: resources.reservedCpuMillis ?? 0,
    cpuSource: resources.reservedCpuMillis === undefined ? 'none' : 'setting',
    memoryBytes: resources.reservedMemoryBytes ?? 0,
    memorySource: resources.reservedMemoryBytes === undefined ? 'none' : 'setting',
    observed: null,
    cappedBy: null,
  }
