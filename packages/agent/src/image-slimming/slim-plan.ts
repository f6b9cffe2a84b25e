import { posix } from 'node:path'
import type { Leftover, LeftoverKind } from '@berth/contract'
import { sumByKind } from '../image-analysis/leftovers-in-image.ts'
import type { FlatEntry } from './flat-entries.ts'
import { reasonToLeaveOut, type SlimRules } from './slim-rules.ts'

export type SlimPlan = {
  /** By their place in the tar. */
  isLeftOut(index: number): boolean
  /** How many there are, of which some are left out. */
  entries: number
  leftOut: Leftover[]
  /** Of all files before anything was left out. */
  flatBytes: number
}

/** Decides what a slim image does without. Folders stay, as a program may want to write in one. */
export function planSlim(entries: readonly FlatEntry[], rules: SlimRules): SlimPlan {
  const reasons = new Map<number, LeftoverKind>()
  for (const [index, entry] of entries.entries()) {
    const kind = reasonToLeaveOut(entry.kind === 'folder' ? `${entry.path}/` : entry.path, rules)
    if (kind && mayGo(entry, kind)) reasons.set(index, kind)
  }
  keepWhatLinksNeed(entries, reasons)
  const found = [...reasons].map(([index, kind]) => ({ ...at(entries, index), kind }))
  return {
    isLeftOut: (index) => reasons.has(index) || entries[index]?.path === engineMark,
    entries: entries.length,
    leftOut: sumByKind(found.filter(({ kind, sizeBytes }) => kind && sizeBytes > 0)),
    flatBytes: entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  }
}

/** The engine puts it into each container, also into the one that was written out. */
const engineMark = '.dockerenv'

const mayGo = ({ kind }: FlatEntry, reason: LeftoverKind) =>
  kind === 'file' || kind === 'link' || kind === 'symlink' || (kind === 'folder' && reason === 'version_control')

/** A file that stays may be another name of one that goes, or point to it; and what then stays may do so, too. */
function keepWhatLinksNeed(entries: readonly FlatEntry[], reasons: Map<number, LeftoverKind>) {
  const places = new Map(entries.map(({ path }, index) => [path, index]))
  let pending = entries
    .keys()
    .filter((index) => !reasons.has(index))
    .toArray()
  while (pending.length > 0) {
    const kept = pending.flatMap((index) => neededBy(at(entries, index), { entries, places, reasons }))
    for (const index of kept) reasons.delete(index)
    pending = [...new Set(kept)]
  }
}

type Known = {
  entries: readonly FlatEntry[]
  places: ReadonlyMap<string, number>
  reasons: ReadonlyMap<number, LeftoverKind>
}

function neededBy({ path, kind, target }: FlatEntry, { entries, places, reasons }: Known): number[] {
  if (target === null || reasons.size === 0) return []
  const wanted = kind === 'link' ? target : posix.join('/', posix.dirname(path), target).slice(1)
  const pointed = kind === 'symlink' && target.startsWith('/') ? posix.normalize(target).slice(1) : wanted
  const place = places.get(pointed.replace(/\/$/, ''))
  if (place === undefined) return []
  if (at(entries, place).kind !== 'folder') return reasons.has(place) ? [place] : []
  // Folders of documents are pointed to out of habit: /usr/local/man.
  const isBelow = (index: number) => at(entries, index).path.startsWith(`${at(entries, place).path}/`)
  return [...reasons].filter(([index, reason]) => reason !== 'documentation' && isBelow(index)).map(([index]) => index)
}

function at(entries: readonly FlatEntry[], index: number): FlatEntry {
  const entry = entries[index]
  if (!entry) throw new RangeError(`No entry ${index}`)
  return entry
}
