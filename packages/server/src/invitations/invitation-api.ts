import {
  acceptInvitation,
  type Invitation,
  inviteAdmin,
  inviteToProject,
  listInvitations,
  lookAtInvitation,
  type Me,
  PlatformError,
  removeInvitation,
} from '@berth/contract'
import type { Caller } from '../gate/caller.ts'
import type { GuessLimit } from '../gate/guess-limit.ts'
import type { FoundSession } from '../gate/session-cookie.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import type { MembershipStore } from '../projects/membership-store.ts'
import { projectNotFound } from '../projects/project-not-found.ts'
import type { ProjectStore } from '../projects/project-store.ts'
import { type AcceptanceDeps, acceptWith } from './accept-invitation.ts'
import { type InvitationRow, invitationNotFound, type NewInvitation } from './invitation-store.ts'

export type InvitationApiDeps = AcceptanceDeps & {
  projects: Pick<ProjectStore, 'find'>
  memberships: Pick<MembershipStore, 'find' | 'rolesOf'>
  /** What the gate makes of a session. */
  callerOf(found: FoundSession): Promise<Caller>
  viewMe(caller: Caller): Promise<Me>
  guesses: GuessLimit
}

export function invitationApi(deps: InvitationApiDeps): EndpointHandler[] {
  const { invitations, projects, memberships, users, guesses, activity } = deps
  const { findGood, accept } = acceptWith(deps)

  async function invite(caller: Caller, invitation: Pick<NewInvitation, 'email' | 'project' | 'role'>) {
    const by = { invitedBy: caller.name, inviterId: caller.userId }
    const { secret, row } = await invitations.create({ ...invitation, ...by })
    const detail = `${row.email} as ${row.project === null ? 'admin of the platform' : row.role}`
    await activity.add({ actor: caller.name, kind: 'invitation_created', project: row.project, detail })
    // In the fragment: a browser does not send it, so it is in nobody's log.
    return { invitation: viewInvitation(row), path: `/invitation#${secret}` }
  }

  return [
    handle(inviteToProject, async ({ params: { project }, body: { email, role }, caller }) => {
      if (!(await projects.find(project))) throw projectNotFound(project)
      const user = await users.findByEmail(email)
      if (user && (await memberships.find(project, user.id))) throw alreadyMember(email, project)
      return invite(caller, { email, project, role })
    }),

    handle(inviteAdmin, async ({ body: { email }, caller }) => {
      if ((await users.findByEmail(email))?.isAdmin) throw alreadyAdmin(email)
      return invite(caller, { email, project: null, role: 'admin' })
    }),

    handle(listInvitations, async ({ caller }) =>
      (await invitations.list()).filter((row) => isTheirs(row, caller)).map(viewInvitation),
    ),

    handle(removeInvitation, async ({ params, caller }) => {
      const row = await invitations.find(params.invitationId)
      if (!row || !isTheirs(row, caller)) throw invitationNotFound()
      await invitations.remove(row.id)
      await activity.add({ actor: caller.name, kind: 'invitation_removed', project: row.project, detail: row.email })
      return { removed: true as const }
    }),

    handle(lookAtInvitation, ({ body: { secret }, address }) =>
      guesses.run(address, 'invitation_not_found', async () => {
        const row = await findGood(secret)
        const { id: _, ...shown } = viewInvitation(row)
        return { ...shown, hasAccount: (await users.findByEmail(row.email)) !== undefined }
      }),
    ),

    handle(acceptInvitation, async ({ body, address, headers, isSecure, setCookie }) => {
      const visitor = { address, headers, isSecure }
      const signedIn = await guesses.run(address, 'invitation_not_found', () => accept(body, visitor))
      setCookie(signedIn.setCookie)
      return deps.viewMe(await deps.callerOf(signedIn))
    }),
  ]
}

const isTheirs = ({ project }: InvitationRow, caller: Caller) =>
  project === null ? caller.isAdmin : caller.accessTo(project) === 'admin'

const viewInvitation = ({ inviterId: _, createdAtMs, expiresAtMs, ...row }: InvitationRow): Invitation => ({
  ...row,
  createdAt: new Date(createdAtMs).toISOString(),
  expiresAt: new Date(expiresAtMs).toISOString(),
})

const alreadyMember = (email: string, project: string) =>
  new PlatformError('conflict', `${email} is a member of project ${project} already`, {
    hint: 'Change their role among the members',
  })

const alreadyAdmin = (email: string) =>
  new PlatformError('conflict', `${email} is an admin of the platform already`, { hint: 'Invite someone else' })
