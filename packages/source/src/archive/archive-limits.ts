import { mostArchiveBytes } from '@berth/contract'

/** What an archive may cost. Each is stopped where it is passed, whatever the archive's headers claim. */
export type ArchiveLimits = {
  packedBytes: number
  entryCount: number
  /** Of a tar, its headers and padding count as well. */
  expandedBytes: number
  /** Expanded to packed, looked at once an archive has grown beyond what any machine can bear: see `expansion-meter.ts`. */
  expansionRatio: number
}

const mebibyte = 1024 ** 2

export const defaultArchiveLimits: ArchiveLimits = {
  packedBytes: mostArchiveBytes,
  entryCount: 50_000,
  expandedBytes: 2048 * mebibyte,
  expansionRatio: 200,
}

export type ArchiveOptions = { limits?: ArchiveLimits; signal?: AbortSignal }
