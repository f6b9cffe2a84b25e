import type { LiveEvent } from '@berth/contract'
import type { FigureStep } from '../figures/figure-keeper.ts'
import type { Caller } from '../gate/caller.ts'
import type { LivePicture } from './live-picture.ts'
import type { Audience } from './live-plan.ts'

/** What one stream may show, and which app it looks at more closely. */
export type LiveScope = { caller: Pick<Caller, 'name' | 'isAdmin' | 'accessTo'>; app: string | undefined }

export function isFor({ caller, app }: LiveScope, audience: Audience): boolean {
  switch (audience.kind) {
    case 'everyone':
      return true
    case 'project':
      return (audience.focus === null || audience.focus === app) && caller.accessTo(audience.project) !== null
    case 'admins':
      return caller.isAdmin
    case 'actor':
      return caller.isAdmin || caller.name === audience.actor
  }
}

/** The same for all callers who see the same, so that what is made for one is made for all of them. */
export function visibleProjects({ apps }: LivePicture, { caller }: LiveScope): Set<string> {
  const projects = new Set([...apps.values()].map(({ project }) => project))
  return new Set([...projects].filter((project) => caller.accessTo(project) !== null))
}

export function snapshotOf(
  picture: LivePicture,
  { projects, app, isAdmin }: { projects: ReadonlySet<string>; app: string | undefined; isAdmin: boolean },
): LiveEvent {
  const apps = [...picture.apps.values()].filter(({ project }) => projects.has(project))
  const isShown = apps.some(({ name }) => name === app)
  const focus = isShown && app !== undefined ? picture.focus.get(app) : undefined
  return {
    kind: 'snapshot',
    apps,
    machines: [...picture.machines],
    instances: [...(focus?.instances ?? [])],
    deployments: focus?.deployment ? [focus.deployment] : [],
    relocations: isAdmin ? [...picture.relocations] : [],
  }
}

export function figuresOf(picture: LivePicture, { atMs, apps }: FigureStep, projects: ReadonlySet<string>): LiveEvent {
  const shown = [...apps].filter(([name]) => projects.has(picture.apps.get(name)?.project ?? ''))
  return { kind: 'figures', at: new Date(atMs).toISOString(), apps: Object.fromEntries(shown) }
}
