import { listMembers, type Member, removeMember, setMember } from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { Changes } from '../changes.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import type { MemberRow, MembershipStore } from './membership-store.ts'
import { projectNotFound } from './project-not-found.ts'
import type { ProjectStore } from './project-store.ts'

type Deps = {
  projects: Pick<ProjectStore, 'find'>
  memberships: MembershipStore
  activity: Pick<ActivityStore, 'add'>
  accessChanges: Pick<Changes, 'notify'>
}

export function memberApi({ projects, memberships, activity, accessChanges }: Deps): EndpointHandler[] {
  /** To an admin of the platform the gate opens every name. */
  async function checkExists(project: string) {
    if (!(await projects.find(project))) throw projectNotFound(project)
  }

  async function record(actor: string, kind: string, project: string, detail: string) {
    accessChanges.notify()
    await activity.add({ actor, kind, project, detail })
  }

  return [
    handle(listMembers, async ({ params: { project } }) => {
      await checkExists(project)
      return (await memberships.list(project)).map(viewMember)
    }),

    handle(setMember, async ({ params: { project, userId }, body: { role }, caller }) => {
      await checkExists(project)
      const before = await memberships.find(project, userId)
      // Otherwise whoever knows an id would learn the e-mail behind it. Others come by an invitation.
      const put = caller.isAdmin ? memberships.put : memberships.change
      const member = await put({ project, userId, role })
      const kind = before ? 'member_role_changed' : 'member_added'
      if (before?.role !== role) await record(caller.name, kind, project, `${member.email} is ${role}`)
      return viewMember(member)
    }),

    handle(removeMember, async ({ params: { project, userId }, caller }) => {
      await checkExists(project)
      const before = await memberships.find(project, userId)
      await memberships.remove(project, userId)
      await record(
        caller.name,
        'member_removed',
        project,
        `${before?.email ?? userId} was ${before?.role ?? 'a member'}`,
      )
      return { removed: true as const }
    }),
  ]
}

const viewMember = ({ sinceMs, ...row }: MemberRow): Member => ({ ...row, since: new Date(sinceMs).toISOString() })
