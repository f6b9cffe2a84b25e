import { keptReleases } from '@berth/contract'

export type ReleasedImages = { app: string; version: number; images: readonly string[] }

/** What the database and the cluster say about images at one moment. */
export type ImageWorld = {
  apps: readonly string[]
  /** Removed on purpose, and not made anew. */
  removedApps: readonly string[]
  releases: readonly ReleasedImages[]
  /** Releases that serve, that served before those, and that are being deployed. */
  live: readonly { app: string; version: number }[]
  /** Of builds of the last day, of what is being deployed, and of what runs. */
  images: readonly string[]
}

/** By names with digest. */
export type ImageNeeds = {
  needed: ReadonlySet<string>
  /** Of releases that are past, and that are needed for nothing else. */
  past: ReadonlySet<string>
  apps: ReadonlySet<string>
  removedApps: ReadonlySet<string>
}

/** Which images must stay, and which are known to be past. What is in neither is unknown, and judged by its age. */
export function imageNeeds({ apps, removedApps, releases, live, images }: ImageWorld): ImageNeeds {
  const isLive = new Set(live.map(({ app, version }) => `${app} ${version}`))
  const kept = [...Map.groupBy(releases, ({ app }) => app).values()].flatMap((ofApp) =>
    ofApp
      .toSorted((a, b) => b.version - a.version)
      .filter(({ app, version }, i) => i < keptReleases || isLive.has(`${app} ${version}`)),
  )
  const needed = new Set([...kept.flatMap((release) => release.images), ...images.filter((name) => name.includes('@'))])
  const past = new Set(releases.flatMap((release) => release.images).filter((image) => !needed.has(image)))
  return { needed, past, apps: new Set(apps), removedApps: new Set(removedApps) }
}

export const digestOf = (name: string): string => name.slice(name.indexOf('@') + 1)
