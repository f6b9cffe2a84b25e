import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { ArchiveEntry, RawEntry } from './archive-entry.ts'
import { archiveFault, asArchiveFault, entryFault } from './archive-fault.ts'
import { type ArchiveFormat, readArchiveFormat } from './archive-format.ts'
import { type ArchiveOptions, defaultArchiveLimits } from './archive-limits.ts'
import { checkLinks } from './entry-links.ts'
import { readEntryName } from './entry-name.ts'
import { createEntryTree } from './entry-tree.ts'
import { checkPackedSize, createExpansionMeter, type ExpansionMeter } from './expansion-meter.ts'
import { stripFolder } from './strip-folder.ts'
import { readTarEntries } from './tar-entries.ts'
import { readZipEntries } from './zip-entries.ts'

export type ArchiveListing = {
  format: ArchiveFormat
  packedBytes: number
  expandedBytes: number
  /** The one folder that held everything, as in archives of GitHub; no path below has it. */
  strippedFolder: string | null
  entries: ArchiveEntry[]
  /** What a desktop put in and no app needs. */
  leftOut: string[]
}

/** Takes the content of a file to its end. The entry's path is the one in the archive, before a folder is stripped. */
export type TakeFile = (entry: ArchiveEntry, content: Readable) => Promise<void>

/** Reads an archive once, from front to back, and refuses it at the first thing that is wrong. */
export async function walkArchive(path: string, options: ArchiveOptions, takeFile: TakeFile): Promise<ArchiveListing> {
  const { limits = defaultArchiveLimits, signal } = options
  const { size: packedBytes } = await stat(path)
  checkPackedSize(packedBytes, limits)
  const format = await readArchiveFormat(path)
  const meter = createExpansionMeter(limits, packedBytes)
  try {
    const raw = readRawEntries(path, { format, onExpanded: meter.addBytes, signal })
    const { entries, leftOut } = await takeEntries(raw, { meter, takeFile, signal })
    const stripped = stripFolder(entries)
    checkLinks(stripped.entries)
    return { format, packedBytes, expandedBytes: meter.expandedBytes(), ...stripped, leftOut }
  } catch (error) {
    signal?.throwIfAborted()
    throw asArchiveFault(error)
  }
}

type RawOptions = { format: ArchiveFormat; onExpanded(bytes: number): void; signal: AbortSignal | undefined }

function readRawEntries(path: string, { format, onExpanded, signal }: RawOptions): AsyncGenerator<RawEntry> {
  if (format === 'zip') return readZipEntries(path, onExpanded)
  return readTarEntries(path, { isGzipped: format === 'tar.gz', onExpanded, signal })
}

type Taking = { meter: ExpansionMeter; takeFile: TakeFile; signal: AbortSignal | undefined }

async function takeEntries(rawEntries: AsyncGenerator<RawEntry>, { meter, takeFile, signal }: Taking) {
  const tree = createEntryTree()
  const entries: ArchiveEntry[] = []
  const leftOut: string[] = []
  for await (const raw of rawEntries) {
    signal?.throwIfAborted()
    meter.addEntry()
    const entry = readEntry(raw)
    if (entry.path === '') continue
    if (isDesktopLitter(entry.path)) {
      leftOut.push(entry.path)
      continue
    }
    tree.add(entry)
    if (entry.kind === 'file') await takeFile(entry, await raw.open())
    entries.push(entry)
  }
  addHardlinkSizes(entries, meter)
  if (!entries.some(({ kind }) => kind === 'file')) throw archiveFault('The archive holds no files')
  return { entries, leftOut }
}

function readEntry({ name, kind, sizeBytes, mode, modifiedAtMs, target }: RawEntry): ArchiveEntry {
  const path = readEntryName(name)
  if (kind === 'other') throw entryFault(name, 'which is neither a file nor a folder nor a link')
  if (kind === 'link' && (!target || target.includes('\0'))) throw entryFault(name, 'a link to nowhere')
  return {
    path,
    kind,
    sizeBytes: kind === 'file' ? sizeBytes : 0,
    isExecutable: kind === 'file' && (mode & 0o111) !== 0,
    modifiedAtMs: clampTime(modifiedAtMs),
    target: kind === 'hardlink' ? readEntryName(target ?? '') : target,
  }
}

/** What cannot be the time of a file would be refused by the disk. */
function clampTime(timeMs: number): number {
  const latestMs = 0xffffffff * 1000
  return Number.isFinite(timeMs) ? Math.min(Math.max(timeMs, 0), latestMs) : 0
}

/** macOS packs these with every folder. */
const isDesktopLitter = (path: string) => /(^|\/)(__MACOSX(\/|$)|\.DS_Store$)/.test(path)

/** Whoever copies what was unpacked copies each of them. */
function addHardlinkSizes(entries: readonly ArchiveEntry[], meter: ExpansionMeter): void {
  const sizes = new Map(entries.map(({ path, sizeBytes }) => [path, sizeBytes]))
  for (const { kind, target } of entries) if (kind === 'hardlink') meter.addBytes(sizes.get(target ?? '') ?? 0)
}
