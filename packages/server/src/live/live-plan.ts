import type { ActivityEvent, App, LiveEvent } from '@berth/contract'
import type { AppFocus, LivePicture } from './live-picture.ts'

/** Who gets to see an event. `focus`: only those who look at this app more closely. */
export type Audience =
  | { kind: 'everyone' }
  | { kind: 'project'; project: string; focus: string | null }
  /** Admins of the platform: what names apps of all projects. */
  | { kind: 'admins' }
  /** What someone did that is about no project. */
  | { kind: 'actor'; actor: string }

export type PlannedEvent = { event: LiveEvent; audience: Audience }

/** What has to be told for a page that shows `before` to show `after`. Both must have been settled with each other. */
export function planLiveEvents(before: LivePicture, after: LivePicture): PlannedEvent[] {
  return [
    ...removedApps(before, after),
    ...[...after.apps.values()].filter((app) => before.apps.get(app.name) !== app).map(appEvent),
    ...(before.machines === after.machines ? [] : [machinesEvent(after)]),
    ...(before.relocations === after.relocations ? [] : [relocationsEvent(after)]),
    ...[...after.focus].flatMap(([name, focus]) => focusEvents(after.apps.get(name), before.focus.get(name), focus)),
    ...newActivity(before.activity, after.activity).map(activityEvent),
  ]
}

/** Before the apps: one that came back in another project is gone only for those who cannot see it there. */
const removedApps = (before: LivePicture, after: LivePicture): PlannedEvent[] =>
  [...before.apps.values()]
    .filter(({ name, project }) => after.apps.get(name)?.project !== project)
    .map(({ name, project }) => ({ event: { kind: 'app_removed', name }, audience: ofProject(project) }))

const appEvent = (app: App): PlannedEvent => ({ event: { kind: 'app', app }, audience: ofProject(app.project) })

const machinesEvent = ({ machines }: LivePicture): PlannedEvent => ({
  event: { kind: 'machines', machines: [...machines] },
  audience: { kind: 'everyone' },
})

const relocationsEvent = ({ relocations }: LivePicture): PlannedEvent => ({
  event: { kind: 'relocations', relocations: [...relocations] },
  audience: { kind: 'admins' },
})

function focusEvents(app: App | undefined, before: AppFocus | undefined, after: AppFocus): PlannedEvent[] {
  if (!app) return []
  const audience = ofProject(app.project, app.name)
  const { instances, deployment } = after
  return [
    ...(before?.instances === instances
      ? []
      : [{ event: { kind: 'instances' as const, instances: [...instances] }, audience }]),
    ...(deployment === undefined || before?.deployment === deployment
      ? []
      : [{ event: { kind: 'deployment' as const, deployment }, audience }]),
  ]
}

/** Oldest first. Known by id rather than by time: the clocks of two servers are never quite the same. */
function newActivity(before: readonly ActivityEvent[], after: readonly ActivityEvent[]): ActivityEvent[] {
  const known = new Set(before.map(({ id }) => id))
  const oldestAt = before.at(-1)?.at ?? ''
  return after.filter(({ id, at }) => !known.has(id) && at >= oldestAt).toReversed()
}

const activityEvent = (event: ActivityEvent): PlannedEvent => ({
  event: { kind: 'activity', event },
  audience: event.project === null ? { kind: 'actor', actor: event.actor } : ofProject(event.project),
})

const ofProject = (project: string, focus: string | null = null): Audience => ({ kind: 'project', project, focus })
