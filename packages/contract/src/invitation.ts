import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { Me } from './me.ts'
import { ProjectName } from './names.ts'
import { Role } from './project.ts'
import { Email, Password } from './user.ts'

export const Invitation = z.strictObject({
  id: z.string(),
  /** Only who has this address may use it. */
  email: z.string(),
  /** Null for an admin of the platform. */
  project: z.string().nullable(),
  role: Role,
  invitedBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type Invitation = z.infer<typeof Invitation>

const oneProject = z.strictObject({ project: ProjectName })
const madeInvitation = z.strictObject({
  invitation: Invitation,
  /** The page of the dashboard to send to the one invited; shown only here. Good once. */
  path: z.string(),
})

export const inviteToProject = defineEndpoint({
  method: 'POST',
  path: '/v1/projects/:project/invitations',
  access: 'admin',
  on: 'project',
  summary: 'Invite someone to a project',
  params: oneProject,
  body: z.strictObject({ email: Email, role: Role }),
  result: madeInvitation,
  errors: ['project_not_found', 'conflict'],
})

export const inviteAdmin = defineEndpoint({
  method: 'POST',
  path: '/v1/invitations',
  access: 'admin',
  on: 'platform',
  summary: 'Invite another admin of the platform',
  body: z.strictObject({ email: Email }),
  result: madeInvitation,
  errors: ['conflict'],
})

export const listInvitations = defineEndpoint({
  method: 'GET',
  path: '/v1/invitations',
  access: 'admin',
  on: 'visible',
  summary: 'Invitations that nobody used yet, to the projects that the caller is an admin of',
  result: z.array(Invitation),
  errors: [],
})

export const removeInvitation = defineEndpoint({
  method: 'DELETE',
  path: '/v1/invitations/:invitationId',
  access: 'admin',
  on: 'visible',
  summary: 'Take an invitation back',
  params: z.strictObject({ invitationId: z.string().max(64) }),
  result: z.strictObject({ removed: z.literal(true) }),
  errors: ['invitation_not_found'],
})

// In a body, not in a path: a path is written to logs.
const secret = z.string().min(1).max(128)

export const lookAtInvitation = defineEndpoint({
  method: 'POST',
  path: '/v1/invitations/look',
  access: 'anyone',
  on: 'platform',
  summary: 'What an invitation is for',
  body: z.strictObject({ secret }),
  result: Invitation.omit({ id: true }).extend({
    /** Whether someone with this address can sign in already; then it is accepted by signing in. */
    hasAccount: z.boolean(),
  }),
  errors: ['invitation_not_found', 'rate_limited'],
})

/** Answers with a session cookie. */
export const acceptInvitation = defineEndpoint({
  method: 'POST',
  path: '/v1/invitations/accept',
  access: 'anyone',
  on: 'platform',
  summary: 'Accept an invitation: choose a password, or give the one of the account that is there already',
  body: z.strictObject({ secret, password: Password, code: z.string().max(32).optional() }),
  result: Me,
  errors: ['invitation_not_found', 'sign_in_failed', 'code_required', 'code_invalid', 'rate_limited'],
})
