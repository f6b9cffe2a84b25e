import { keptReleases } from '@berth/contract'
import type { ImageNeeds } from './image-needs.ts'

type Judged = {
  /** With digest. */
  names: readonly string[]
  /** Null for one from a registry outside. */
  app: string | null
  /** When it was made, or pulled from outside; null where nobody knows. */
  sinceMs: number | null
}

/** What nothing in the database knows may be about to be deployed: pushed by a build or by a person a while ago. */
const unknownKeptMs = 24 * 3_600_000

/** Why an image may go, in words; undefined for one that stays. */
export function removalReason(
  { names, app, sinceMs }: Judged,
  { needed, past, apps, removedApps }: ImageNeeds,
  nowMs: number,
): string | undefined {
  if (names.some((name) => needed.has(name))) return undefined
  if (app !== null && removedApps.has(app)) return 'its app was removed'
  // A database that was lost, or that came back from a backup, has not heard of all that there is.
  if (app !== null && !apps.has(app)) return undefined
  if (names.every((name) => past.has(name))) return `of releases before the last ${keptReleases}`
  if (sinceMs === null || nowMs - sinceMs < unknownKeptMs) return undefined
  return 'of no release, and older than a day'
}
