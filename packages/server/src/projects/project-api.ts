import { createProject, listProjects, type Project, removeProject } from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { Changes } from '../changes.ts'
import type { Caller } from '../gate/caller.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import type { ProjectRow, ProjectStore } from './project-store.ts'
import { roleOf } from './role-access.ts'

type Deps = {
  projects: ProjectStore
  activity: Pick<ActivityStore, 'add'>
  accessChanges: Pick<Changes, 'notify'>
}

export function projectApi({ projects, activity, accessChanges }: Deps): EndpointHandler[] {
  return [
    handle(listProjects, async ({ caller }) => (await projects.list()).flatMap((row) => viewIfTheirs(row, caller))),

    handle(createProject, async ({ body, caller }) => {
      const row = await projects.create(body.name)
      await activity.add({ actor: caller.name, kind: 'project_created', project: row.name })
      return viewProject(row, 'admin')
    }),

    handle(removeProject, async ({ params, caller }) => {
      await projects.remove(params.project)
      accessChanges.notify()
      await activity.add({ actor: caller.name, kind: 'project_removed', project: params.project })
      return { removed: true as const }
    }),
  ]
}

function viewIfTheirs(row: ProjectRow, caller: Caller): Project[] {
  const access = caller.accessTo(row.name)
  return access === null ? [] : [viewProject(row, roleOf(access))]
}

const viewProject = ({ createdAtMs, ...row }: ProjectRow, role: Project['role']): Project => ({
  ...row,
  role,
  createdAt: new Date(createdAtMs).toISOString(),
})
