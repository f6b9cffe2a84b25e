import { formatBytes, PlatformError } from '@berth/contract'
import { listLargestParts, type Part } from './largest-parts.ts'

export type PackingLimits = { bytes: number; entryCount: number }

export const defaultPackingLimits: PackingLimits = { bytes: 2048 * 1024 ** 2, entryCount: 50_000 }

type Sized = { path: string; sizeBytes: number }

/** What all entries have together. Throws `source_too_large`, which says where most of it is. */
export function checkPackingSize(entries: readonly Sized[], limits: PackingLimits): number {
  const totalBytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  if (totalBytes > limits.bytes) {
    const words = `The folder has ${formatBytes(totalBytes)} to send, more than the ${formatBytes(limits.bytes)} that are allowed`
    const largest = listLargestParts(entries, ({ sizeBytes }) => sizeBytes)
    throw tooLarge(words, largest, formatBytes)
  }
  if (entries.length > limits.entryCount) {
    const words = `The folder has more than the ${limits.entryCount} files and folders that are allowed`
    throw tooLarge(
      words,
      listLargestParts(entries, () => 1),
      String,
    )
  }
  return totalBytes
}

export function tooLarge(words: string, largest: readonly Part[], format: (weight: number) => string): PlatformError {
  const list = largest.map(({ path, weight }) => `${path} (${format(weight)})`).join(', ')
  return new PlatformError('source_too_large', `${words}. Most is in ${list}`, {
    hint: 'Name what the app does not need to be built in .dockerignore, one path a line',
  })
}
