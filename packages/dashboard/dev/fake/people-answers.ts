import {
  acceptInvitation,
  answerLoginRequest,
  beginSecondFactor,
  changePassword,
  changeUser,
  confirmSecondFactor,
  createLoginRequest,
  createProject,
  createToken,
  endAllSessions,
  endSession,
  fetchLoginToken,
  getHealth,
  getLoginRequest,
  getSystem,
  type Invitation,
  inviteAdmin,
  inviteToProject,
  listActivity,
  listInvitations,
  listMembers,
  listProjects,
  listSessions,
  listTokens,
  listUsers,
  lookAtInvitation,
  type Me,
  PlatformError,
  type Project,
  removeInvitation,
  removeMember,
  removeProject,
  removeSecondFactor,
  removeToken,
  removeUser,
  resetPassword,
  setMember,
  signIn,
  signOut,
  type Token,
  type User,
  whoAmI,
} from '@berth/contract'
import { type Answer, answer, notFound } from './answer.ts'
import { record } from './deploying.ts'
import { markup } from './hostile.ts'
import { newId } from './sample-apps.ts'
import type { World } from './world.ts'

const hourMs = 3_600_000
const code = '123456'
const recoveryCodes = Array.from({ length: 10 }, (_, index) => `k7dp${index}-x2mq${9 - index}`)

export const sessionAnswers: Answer[] = [
  answer(whoAmI, (_, { world }) => world.me),
  answer(signIn, ({ body }, { world, signIn }) => {
    if (body.email !== world.me.email || body.password !== world.password) throw wrongPassword()
    if (world.needsCode || world.me.hasSecondFactor) checkCode(body.code)
    signIn()
    return world.me
  }),
  answer(signOut, (_, { signOut }) => {
    signOut()
    return { signedOut: true as const }
  }),
  answer(changePassword, ({ body }, { world }) => {
    if (body.currentPassword !== world.password) throw wrongPassword()
    world.password = body.newPassword
    if (!world.me.mustChangePassword) return world.me
    world.me = { ...world.me, mustChangePassword: false, access: 'admin' }
    return world.me
  }),
  answer(listSessions, (_, { world }) => world.sessions),
  answer(endSession, ({ params }, { world }) => {
    if (!world.sessions.some(({ id }) => id === params.sessionId))
      throw notFound('not_found', 'There is no such session')
    world.sessions = world.sessions.filter(({ id }) => id !== params.sessionId)
    return { ended: 1 }
  }),
  answer(endAllSessions, (_, { world, signOut }) => {
    signOut()
    return { ended: world.sessions.length }
  }),
  answer(beginSecondFactor, ({ body }, { world }) => {
    if (body.password !== world.password) throw wrongPassword()
    if (world.me.hasSecondFactor) throw new PlatformError('conflict', 'A second factor is set up already')
    return {
      uri: 'otpauth://totp/Berth:ada%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Berth',
      secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      recoveryCodes,
    }
  }),
  answer(confirmSecondFactor, ({ body }, { world }) => {
    checkCode(body.code)
    world.me = { ...world.me, hasSecondFactor: true }
    return world.me
  }),
  answer(removeSecondFactor, ({ body }, { world }) => {
    if (body.password !== world.password) throw wrongPassword()
    world.me = { ...world.me, hasSecondFactor: false }
    world.needsCode = false
    return world.me
  }),
  answer(createLoginRequest, ({ body }, { world }) => {
    const request = {
      code: 'ABCD-2345',
      client: body.client,
      address: '127.0.0.1',
      state: 'waiting',
      expiresAt: new Date(Date.now() + 600_000).toISOString(),
    } as const
    world.loginRequests.set(request.code, request)
    return { code: request.code, secret: 'login-secret', path: `/login/${request.code}`, expiresAt: request.expiresAt }
  }),
  answer(getLoginRequest, ({ params }, { world }) => getRequest(world, params.code)),
  answer(answerLoginRequest, ({ params, body }, { world }) => {
    const request = getRequest(world, params.code)
    if (request.state !== 'waiting') throw new PlatformError('conflict', 'It was answered already')
    const answered = { ...request, state: body.isApproved ? ('approved' as const) : ('refused' as const) }
    world.loginRequests.set(params.code, answered)
    return answered
  }),
  answer(fetchLoginToken, (_, { world }) => {
    const state = world.loginRequests.get('ABCD-2345')?.state ?? 'waiting'
    return { state, token: state === 'approved' ? 'berth_fake' : null }
  }),
]

export const peopleAnswers: Answer[] = [
  answer(listTokens, (_, { world }) => world.tokens),
  answer(createToken, ({ body }, { world }) => {
    const days = body.expiresInDays
    const row: Token = {
      id: newId('t'),
      name: body.name,
      access: body.access,
      project: body.project ?? null,
      createdBy: world.me.name,
      createdAt: new Date().toISOString(),
      expiresAt: days ? new Date(Date.now() + days * 24 * hourMs).toISOString() : null,
      lastUsedAt: null,
    }
    world.tokens.unshift(row)
    record(world, null, 'token_created', `${row.name} (${row.access})`, world.me.name)
    return { token: `berth_${'fake0123456789'.repeat(3)}`, row }
  }),
  answer(removeToken, ({ params }, { world }) => {
    if (!world.tokens.some(({ id }) => id === params.tokenId)) throw notFound('not_found', 'There is no such token')
    world.tokens = world.tokens.filter(({ id }) => id !== params.tokenId)
    return { removed: true as const }
  }),
  answer(listUsers, (_, { world }) => world.users),
  answer(changeUser, ({ params, body }, { world }) => {
    const user = getUser(world, params.userId)
    if (user.id === 'me' && (body.isAdmin === false || body.isBlocked))
      throw new PlatformError('last_admin', 'Nobody else is an admin', { hint: 'Make someone else an admin first' })
    if (body.isAdmin !== undefined) user.isAdmin = body.isAdmin
    if (body.isBlocked !== undefined) user.isBlocked = body.isBlocked
    return user
  }),
  answer(resetPassword, ({ params }, { world }) => {
    getUser(world, params.userId).mustChangePassword = true
    return { password: 'kestrel-orbit-velvet-42' }
  }),
  answer(removeUser, ({ params }, { world }) => {
    if (params.userId === 'me') throw new PlatformError('last_admin', 'Nobody else is an admin')
    const user = getUser(world, params.userId)
    world.users = world.users.filter((other) => other !== user)
    return { removed: true as const }
  }),
  answer(listProjects, (_, { world }) =>
    [...world.projects.keys()].filter((name) => maySee(world, name)).map((name) => projectOf(world, name)),
  ),
  answer(createProject, ({ body }, { world }) => {
    if (world.projects.has(body.name))
      throw new PlatformError('project_exists', `There is a project ${body.name} already`)
    world.projects.set(body.name, { createdAt: new Date().toISOString(), members: [] })
    return projectOf(world, body.name)
  }),
  answer(removeProject, ({ params }, { world }) => {
    if (projectOf(world, params.project).apps > 0)
      throw new PlatformError('project_not_empty', `${params.project} has apps`, { hint: 'Remove its apps first' })
    world.projects.delete(params.project)
    return { removed: true as const }
  }),
  answer(listMembers, ({ params }, { world }) => membersOf(world, params.project)),
  answer(setMember, ({ params, body }, { world }) => {
    const members = membersOf(world, params.project)
    const found = members.find(({ userId }) => userId === params.userId)
    if (found) return Object.assign(found, { role: body.role })
    const { email, isAdmin } = getUser(world, params.userId)
    const since = new Date().toISOString()
    const member = { userId: params.userId, email, role: body.role, isPlatformAdmin: isAdmin, since }
    members.push(member)
    return member
  }),
  answer(removeMember, ({ params }, { world }) => {
    const members = membersOf(world, params.project)
    const at = members.findIndex(({ userId }) => userId === params.userId)
    if (at < 0) throw notFound('user_not_found', 'Nobody with that id is a member')
    members.splice(at, 1)
    return { removed: true as const }
  }),
  answer(inviteToProject, ({ params, body }, { world }) => {
    membersOf(world, params.project)
    return invite(world, body.email, params.project, body.role)
  }),
  answer(inviteAdmin, ({ body }, { world }) => invite(world, body.email, null, 'admin')),
  answer(listInvitations, (_, { world }) => [...world.invitations.values()]),
  answer(removeInvitation, ({ params }, { world }) => {
    const found = [...world.invitations].find(([, { id }]) => id === params.invitationId)
    if (!found) throw notFound('invitation_not_found', 'There is no such invitation')
    world.invitations.delete(found[0])
    return { removed: true as const }
  }),
  answer(lookAtInvitation, ({ body }, { world }) => {
    const { id: _, ...invitation } = getInvitation(world, body.secret)
    return { ...invitation, hasAccount: world.users.some(({ email }) => email === invitation.email) }
  }),
  answer(acceptInvitation, ({ body }, { world, signIn }) => {
    const { email, project, role } = getInvitation(world, body.secret)
    world.invitations.delete(body.secret)
    const projects: Me['projects'] = project ? [{ name: project, role }] : []
    const isAdmin = project === null
    const access = isAdmin ? 'admin' : role === 'reader' ? 'read' : 'deploy'
    world.me = {
      ...world.me,
      name: email,
      email,
      isAdmin,
      access,
      projects,
      mustChangePassword: false,
      hasSecondFactor: false,
    }
    world.password = body.password
    signIn()
    return world.me
  }),
]

export const systemAnswers: Answer[] = [
  answer(getHealth, () => ({ status: 'ready' as const })),
  answer(getSystem, (_, { world }) => ({
    version: '0.1.0',
    database: 'sqlite' as const,
    isActive: true,
    startedAt: new Date(Date.now() - 27 * hourMs).toISOString(),
    domain: 'localhost',
    machines: world.machines.length,
    agents: world.machines.filter(({ state }) => state === 'ready').length,
    checks: [
      { name: 'database', state: 'ok' as const, message: 'SQLite answers in 1 ms' },
      { name: 'edge of machine-1', state: 'ok' as const, message: 'Serves the newest routes' },
      ...(world.scenario === 'many'
        ? [
            {
              name: 'machine-8',
              state: 'warning' as const,
              message: 'Its agent has not been heard of for 40 s. Look at the machine',
            },
            {
              name: 'edge of machine-5',
              state: 'failed' as const,
              message: 'Does not answer. Start the machine, or remove it',
            },
          ]
        : []),
      ...(world.scenario === 'hostile' ? [{ name: markup, state: 'failed' as const, message: markup }] : []),
    ],
    sample: { name: 'hello', image: 'nginx:stable', port: 80 },
  })),
  answer(listActivity, ({ query }, { world }) => {
    const events = query.app ? world.activity.filter(({ app }) => app === query.app) : world.activity
    const begin = query.before ? events.findIndex(({ id }) => id === query.before) + 1 : 0
    return events.slice(begin, begin + query.limit)
  }),
]

const wrongPassword = () => new PlatformError('sign_in_failed', 'E-mail or password is wrong', { hint: 'Try again' })

function checkCode(given: string | undefined) {
  if (!given) throw new PlatformError('code_required', 'The code of the second factor is needed too')
  if (given !== code && !recoveryCodes.includes(given))
    throw new PlatformError('code_invalid', 'That code is not right', { hint: 'Use the one that is shown right now' })
}

function getRequest(world: World, code: string) {
  const request = world.loginRequests.get(code)
  if (!request) throw notFound('not_found', `Nothing asks to be signed in with ${code}`)
  return request
}

function getUser(world: World, userId: string): User {
  const user = world.users.find(({ id }) => id === userId)
  if (!user) throw notFound('user_not_found', 'There is no such user')
  return user
}

function getInvitation(world: World, secret: string): Invitation {
  const invitation = world.invitations.get(secret)
  if (!invitation)
    throw new PlatformError('invitation_not_found', 'This invitation was used, taken back, or has expired', {
      hint: 'Ask for another one',
    })
  return invitation
}

const maySee = ({ me }: World, project: string) => me.isAdmin || me.projects.some(({ name }) => name === project)

function projectOf(world: World, name: string): Project {
  const members = membersOf(world, name)
  const role = world.me.isAdmin
    ? 'admin'
    : (world.me.projects.find((project) => project.name === name)?.role ?? 'reader')
  const apps = [...world.apps.values()].filter(({ app }) => app.project === name).length
  return { name, role, apps, members: members.length, createdAt: world.projects.get(name)?.createdAt ?? '' }
}

function membersOf(world: World, project: string) {
  const found = world.projects.get(project)
  if (!found || !maySee(world, project)) throw notFound('project_not_found', `There is no project ${project}`)
  return found.members
}

function invite(world: World, email: string, project: string | null, role: Invitation['role']) {
  if ([...world.invitations.values()].some((other) => other.email === email && other.project === project))
    throw new PlatformError('conflict', `${email} is invited already`, { hint: 'Take that invitation back first' })
  const secret = newId('secret')
  const invitation: Invitation = {
    id: newId('n'),
    email,
    project,
    role,
    invitedBy: world.me.name,
    createdAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 72 * hourMs).toISOString(),
  }
  world.invitations.set(secret, invitation)
  return { invitation, path: `/invitation#${secret}` }
}
