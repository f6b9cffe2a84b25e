import { PlatformError } from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { Changes } from '../changes.ts'
import { checkNoOtherPage } from '../gate/session-cookie-origin.ts'
import { userStanding } from '../gate/standing.ts'
import type { MembershipStore } from '../projects/membership-store.ts'
import type { SignedIn, SignIn, Visitor } from '../sessions/sign-in.ts'
import type { UserStore } from '../users/user-store.ts'
import { type InvitationRow, type InvitationStore, invitationNotFound, useInvitation } from './invitation-store.ts'

export type AcceptanceDeps = {
  invitations: InvitationStore
  users: Pick<UserStore, 'find' | 'findByEmail' | 'create'>
  memberships: Pick<MembershipStore, 'rolesOf'>
  signIn: SignIn
  activity: Pick<ActivityStore, 'add'>
  accessChanges: Pick<Changes, 'notify'>
  now(): number
}

export type Acceptance = { secret: string; password: string; code?: string | undefined }

export function acceptWith({ invitations, users, memberships, signIn, activity, accessChanges, now }: AcceptanceDeps) {
  /** Throws `invitation_not_found`, also where whoever invited could not do so any more. */
  async function findGood(secret: string): Promise<InvitationRow> {
    const row = await invitations.findBySecret(secret)
    if (!row || !(await mayStillInvite(row))) throw invitationNotFound()
    return row
  }

  async function mayStillInvite({ inviterId, project }: InvitationRow): Promise<boolean> {
    if (inviterId === null) return true
    const [user, roles] = await Promise.all([users.find(inviterId), memberships.rolesOf(inviterId)])
    if (!user || user.isBlocked) return false
    const standing = userStanding({ ...user, mustChangePassword: false }, roles)
    return project === null ? standing.isAdmin : standing.accessTo(project) === 'admin'
  }

  /** Signs in who was invited: with the password of the account that is there, or else with the one that they choose. */
  async function accept({ secret, password, code }: Acceptance, visitor: Visitor): Promise<SignedIn> {
    checkNoOtherPage(visitor)
    const invitation = await findGood(secret)
    const { email, project, role } = invitation
    const user = await users.findByEmail(email)
    if (!user) await createUser(invitation, password)
    const signedIn = await signIn({ email, password, code }, visitor)
    if (user) await invitations.use(invitation, user.id)
    accessChanges.notify()
    const detail = project === null ? 'admin of the platform' : role
    await activity.add({ actor: email, kind: 'invitation_accepted', project, detail })
    return signedIn
  }

  /** With what the invitation is for, or not at all. */
  async function createUser(invitation: InvitationRow, password: string) {
    const { email, project } = invitation
    try {
      await users.create({ email, password, isAdmin: project === null, mustChangePassword: false }, (trx, userId) =>
        useInvitation(trx, invitation, { userId, atMs: now() }),
      )
    } catch (error) {
      // Someone was quicker with the same invitation.
      throw error instanceof PlatformError && error.code === 'conflict' ? invitationNotFound() : error
    }
  }

  return { findGood, accept }
}
