import type { App, AppFigures, AppSeries, Deployment, Instance, LiveEvent, Machine } from '@berth/contract'

/** What the pages show, as the server last said it. */
export type LiveState = {
  /** By name; undefined before the first snapshot. */
  apps: readonly App[] | undefined
  machines: readonly Machine[] | undefined
  /** The app that the two below belong to. */
  focus: string | undefined
  instances: readonly Instance[]
  /** Newest first. */
  deployments: readonly Deployment[]
  figures: Readonly<Record<string, AppFigures>>
}

export type LiveStatus = {
  state: 'connecting' | 'live' | 'stale'
  /** When this began, by this machine's clock (epoch ms); when stale: when what is shown was last heard of. */
  sinceMs: number
}

/** The last measured points of an app, oldest first, the last at `endAtMs`. */
export type Series = Omit<AppSeries, 'app'> & { stepMs: number; endAtMs: number }

export type { LiveEvent }
