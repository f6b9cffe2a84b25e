import { type ActivityEvent, listActivity } from '@berth/contract'
import type { AppStore } from '../apps/app-store.ts'
import type { Caller } from '../gate/caller.ts'
import { handle } from '../http/endpoint-handler.ts'
import type { ActivityRow, ActivityStore, ActivityView } from './activity-store.ts'

type Deps = { activity: Pick<ActivityStore, 'list'>; apps: Pick<AppStore, 'listProjects'> }

export const activityApi = ({ activity, apps }: Deps) => [
  handle(listActivity, async ({ query, caller }) => {
    const visible = viewOf(caller, caller.isAdmin ? [] : await apps.listProjects())
    return (await activity.list({ ...query, visible })).map(viewActivity)
  }),
]

/** An admin of the platform sees everything; others what is about their projects, and what they did themselves. */
export const viewOf = (
  { isAdmin, accessTo, name }: Pick<Caller, 'isAdmin' | 'accessTo' | 'name'>,
  projects: readonly string[],
): ActivityView =>
  isAdmin ? 'everything' : { projects: projects.filter((project) => accessTo(project) !== null), actor: name }

export const viewActivity = ({ atMs, ...event }: ActivityRow): ActivityEvent => ({
  ...event,
  at: new Date(atMs).toISOString(),
})
