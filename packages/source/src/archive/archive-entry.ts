import type { Readable } from 'node:stream'

/** `link` is a symbolic one. */
export type ArchiveEntryKind = 'file' | 'folder' | 'link' | 'hardlink'

export type ArchiveEntry = {
  /** Relative, with forward slashes, never through `..`. */
  path: string
  kind: ArchiveEntryKind
  sizeBytes: number
  isExecutable: boolean
  modifiedAtMs: number
  /** Where a link points: as written for a symbolic one, the other entry's path for a hard one. */
  target: string | null
}

/** An entry as its format has it, before anything about it was checked. */
export type RawEntry = {
  name: string
  kind: ArchiveEntryKind | 'other'
  sizeBytes: number
  mode: number
  modifiedAtMs: number
  target: string | null
  /** Must be read to its end or destroyed before the next entry is asked for. */
  open(): Promise<Readable>
}
