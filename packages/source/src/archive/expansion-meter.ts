import { formatBytes, PlatformError } from '@berth/contract'
import type { ArchiveLimits } from './archive-limits.ts'

/** Below this no ratio is suspicious: an empty log of 10 MB packs to nothing. */
const harmlessBytes = 64 * 1024 ** 2

export type ExpansionMeter = ReturnType<typeof createExpansionMeter>

/** Counts what really comes out of an archive and throws as soon as it is too much. */
export function createExpansionMeter(limits: ArchiveLimits, packedBytes: number) {
  let expandedBytes = 0
  let entryCount = 0

  function addBytes(bytes: number): void {
    expandedBytes += bytes
    if (expandedBytes > limits.expandedBytes) {
      throw tooLarge(`The archive unpacks to more than the ${formatBytes(limits.expandedBytes)} that are allowed`)
    }
    if (expandedBytes > harmlessBytes && expandedBytes > packedBytes * limits.expansionRatio) {
      throw tooLarge(`The archive unpacks to more than ${limits.expansionRatio} times its size, as only zip bombs do`)
    }
  }

  function addEntry(): void {
    entryCount += 1
    if (entryCount > limits.entryCount) {
      throw tooLarge(`The archive holds more than the ${limits.entryCount} files and folders that are allowed`)
    }
  }

  return { addBytes, addEntry, expandedBytes: () => expandedBytes }
}

export function checkPackedSize(packedBytes: number, limits: ArchiveLimits): void {
  if (packedBytes <= limits.packedBytes) return
  const [size, allowed] = [formatBytes(packedBytes), formatBytes(limits.packedBytes)]
  throw tooLarge(`The archive has ${size}, more than the ${allowed} that are allowed`)
}

const tooLarge = (message: string) =>
  new PlatformError('archive_too_large', message, {
    hint: 'Leave out what the app does not need to be built: dependencies, build results, media, data',
  })
