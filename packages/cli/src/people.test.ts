import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as api from '@berth/contract'
import { type Member, PlatformError, type User } from '@berth/contract'
import { fakeBerth } from './fake-berth.ts'
import { sampleTime, sampleToken, sampleUser } from './samples.ts'

const soon = (days: number) => new Date(Date.now() + days * 86_400_000 + 60_000).toISOString()

const ada: Member = {
  userId: 'u1',
  email: 'ada@example.org',
  role: 'reader',
  isPlatformAdmin: false,
  since: sampleTime,
}

test('tokens are listed with their scope, their end and their last use, whatever their name', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const tokens = [
    { ...sampleToken, name: 'c\u001b[2Ji', project: 'shop', expiresAt: soon(89), lastUsedAt: sampleTime },
    { ...sampleToken, id: 't2', expiresAt: sampleTime },
  ]
  on(api.listTokens, () => tokens)
  const { stdout } = await berth('tokens')
  assert.match(stdout, /^t1 +ci +deploy +shop +in 89 d +\d+ d ago +\d+ d ago +ada@example\.org$/m)
  assert.match(stdout, /^t2 +ci +deploy +all +passed +never /m)
  assert.deepEqual(JSON.parse((await berth('tokens', 'ls', '--json')).stdout), tokens)
  on(api.listTokens, () => [])
  assert.match((await berth('tokens')).stdout, /^No tokens yet\. Make one: berth tokens create/)
})

test('a new token stands alone on standard output', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const bodies: unknown[] = []
  on(api.createToken, ({ body }) => {
    bodies.push(body)
    return { token: 'berth_abc', row: sampleToken }
  })
  const words = ['--access', 'read', '--project', 'shop', '--expires', '90d']
  const { code, stdout, stderr } = await berth('tokens', 'create', 'ci', ...words)
  assert.deepEqual([code, stdout], [0, 'berth_abc\n'])
  assert.match(stderr, /^It may read in the project shop and expires in 90 days\. It is not shown again\.\n$/)
  assert.equal((await berth('tokens', 'create', 'ci')).stdout, 'berth_abc\n')
  assert.deepEqual(bodies, [
    { name: 'ci', access: 'read', project: 'shop', expiresInDays: 90 },
    { name: 'ci', access: 'deploy' },
  ])
  const json = await berth('tokens', 'create', 'ci', '--json')
  assert.deepEqual(JSON.parse(json.stdout), { token: 'berth_abc', row: sampleToken })
})

test('a token is removed by its id or by a name that only one has', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const removed: string[] = []
  on(api.listTokens, () => [
    sampleToken,
    { ...sampleToken, id: 't2', name: 'twice' },
    { ...sampleToken, id: 't3', name: 'twice' },
    { ...sampleToken, id: 't4', name: 't1' },
  ])
  on(api.removeToken, ({ params }) => {
    removed.push(params.tokenId)
    return { removed: true as const }
  })
  for (const word of ['ci', 't1', 't3']) assert.equal((await berth('tokens', 'rm', word)).code, 0)
  assert.deepEqual(removed, ['t1', 't1', 't3'])
  const twice = await berth('tokens', 'rm', 'twice')
  assert.deepEqual([twice.code, twice.stderr], [1, 'error: 2 tokens have the name "twice"\nhint: Use an id: t2, t3\n'])
  const none = await berth('tokens', 'rm', 'x\u001b[2J')
  assert.deepEqual([none.code, none.stderr], [1, 'error: No token "x"\nhint: See berth tokens ls\n'])
  assert.equal(removed.length, 3)
})

test('users are listed with state and roles', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const users: User[] = [
    sampleUser,
    { ...sampleUser, id: 'u2', email: 'bob@example.org', isAdmin: true, isBlocked: true, projects: [] },
  ]
  on(api.listUsers, () => users)
  const { stdout } = await berth('users')
  assert.match(stdout, /^ada@example\.org +active +yes +shop \(developer\) +never +u1$/m)
  assert.match(stdout, /^bob@example\.org +blocked +yes +admin of the platform +never +u2$/m)
  assert.deepEqual(JSON.parse((await berth('users', '--json')).stdout), users)
})

test('users are blocked, let in and made admins by e-mail, and removed with --yes alone where nobody can be asked', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  const changes: unknown[] = []
  on(api.listUsers, () => [sampleUser])
  on(api.changeUser, ({ params, body }) => {
    changes.push([params.userId, body])
    return sampleUser
  })
  on(api.removeUser, () => ({ removed: true as const }))
  for (const verb of ['block', 'unblock', 'admin', 'no-admin'])
    assert.equal((await berth('users', verb, 'ADA@example.org')).code, 0)
  assert.deepEqual(changes, [
    ['u1', { isBlocked: true }],
    ['u1', { isBlocked: false }],
    ['u1', { isAdmin: true }],
    ['u1', { isAdmin: false }],
  ])
  const nobody = await berth('users', 'block', 'eve@example.org')
  assert.deepEqual(
    [nobody.code, nobody.stderr],
    [1, 'error: Nobody has the e-mail address "eve@example.org"\nhint: See berth users\n'],
  )
  const unasked = await berth('users', 'rm', 'ada@example.org')
  assert.deepEqual(
    [unasked.code, unasked.stderr],
    [2, 'error: Removing ada@example.org needs --yes where nobody can be asked\n'],
  )
  assert.ok(!calls.includes('DELETE /v1/users/u1'))
  assert.equal((await berth('users', 'rm', 'ada@example.org', '--yes')).stdout, 'Removed ada@example.org\n')
  assert.ok(calls.includes('DELETE /v1/users/u1'))
})

test('the last admin is refused in the words of the server', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.listUsers, () => [sampleUser])
  on(api.changeUser, () => {
    throw new PlatformError('last_admin', 'Somebody must be an admin', { hint: 'Make another one first' })
  })
  const { code, stderr } = await berth('users', 'no-admin', 'ada@example.org')
  assert.deepEqual([code, stderr], [1, 'error: Somebody must be an admin\nhint: Make another one first\n'])
})

test('a one-time password stands alone on standard output', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.listUsers, () => [sampleUser])
  on(api.resetPassword, () => ({ password: 'k3-w9-x1' }))
  const { stdout, stderr } = await berth('users', 'reset-password', 'u1')
  assert.equal(stdout, 'k3-w9-x1\n')
  assert.match(stderr, /of ada@example\.org\. It is not shown again/)
})

test('an invitation is a link that works on other machines, alone on standard output', async (t) => {
  const { on, berth, url } = await fakeBerth(t)
  const invitation = {
    id: 'i1',
    email: 'ada@example.org',
    project: 'shop' as string | null,
    role: 'reader' as const,
    invitedBy: 'admin',
    createdAt: sampleTime,
    expiresAt: soon(7),
  }
  const made: unknown[] = []
  const system = { version: '1', database: 'sqlite' as const, isActive: true, startedAt: sampleTime, sample: null }
  on(api.getSystem, () => ({ ...system, machines: 1, agents: 1, checks: [], domain: 'cloud.example.org' }))
  on(api.inviteToProject, ({ params, body }) => {
    made.push([params.project, body])
    return { invitation, path: '/invitation#s3cret' }
  })
  on(api.inviteAdmin, ({ body }) => {
    made.push(body)
    return { invitation: { ...invitation, project: null }, path: '/invitation#s3cret' }
  })
  const port = new URL(url).port
  const words = ['users', 'invite', 'Ada@Example.org']
  const { stdout, stderr } = await berth(...words, '--project', 'shop', '--role', 'reader')
  assert.equal(stdout, `http://berth.cloud.example.org:${port}/invitation#s3cret\n`)
  assert.equal(stderr, 'Good once, for ada@example.org as reader in shop; expires in 7 d.\n')
  await berth(...words)
  assert.match((await berth(...words, '--admin')).stderr, / as admin of the platform;/)
  assert.deepEqual(made, [
    ['shop', { email: 'ada@example.org', role: 'reader' }],
    ['default', { email: 'ada@example.org', role: 'developer' }],
    { email: 'ada@example.org' },
  ])
  const both = await berth(...words, '--admin', '--role', 'reader')
  assert.equal(both.code, 2)
  assert.match(both.stderr, /^error: --admin: an admin of the platform has no --project and no --role\n$/)
})

test('invitations are listed and taken back', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const invitation = { email: 'a@example.org', project: null, role: 'admin' as const, invitedBy: 'root' }
  on(api.listInvitations, () => [{ ...invitation, id: 'i1', createdAt: sampleTime, expiresAt: soon(3) }])
  on(api.removeInvitation, () => ({ removed: true as const }))
  assert.match((await berth('invitations')).stdout, /^i1 +a@example\.org +the platform +admin +in 3 d /m)
  assert.equal((await berth('invitations', 'rm', 'i1')).code, 0)
})

test('members of a project are listed, changed and removed by e-mail', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  on(api.listMembers, () => [ada])
  on(api.setMember, ({ body }) => ({ ...ada, role: body.role }))
  on(api.removeMember, () => ({ removed: true as const }))
  assert.match((await berth('members', 'shop')).stdout, /^ada@example\.org +reader +\d+ d ago$/m)
  const set = await berth('members', 'set', 'shop', 'ADA@example.org', 'admin')
  assert.equal(set.stdout, 'ada@example.org is admin in shop\n')
  assert.equal((await berth('members', 'rm', 'shop', 'ada@example.org')).code, 0)
  assert.ok(calls.includes('DELETE /v1/projects/shop/members/u1'))
  const wrong = await berth('members', 'set', 'shop', 'ada@example.org', 'owner')
  assert.deepEqual([wrong.code, wrong.stderr], [2, 'error: role: use reader, developer, admin, not "owner"\n'])
})

test('who is no member yet is looked up among all users, and invited where that is not allowed', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  on(api.listMembers, () => [])
  on(api.listUsers, () => [sampleUser])
  on(api.setMember, ({ body }) => ({ ...ada, role: body.role }))
  assert.equal((await berth('members', 'set', 'shop', 'ada@example.org', 'reader')).code, 0)
  assert.ok(calls.includes('PUT /v1/projects/shop/members/u1'))
  on(api.listUsers, () => {
    throw new PlatformError('forbidden', 'Only an admin of the platform')
  })
  const { code, stderr } = await berth('members', 'set', 'shop', 'ada@example.org', 'reader')
  assert.deepEqual(
    [code, stderr],
    [
      1,
      'error: ada@example.org is no member of shop\nhint: Invite them: berth users invite ada@example.org --project shop\n',
    ],
  )
})

test('projects are listed, created and removed', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const shop: api.Project = { name: 'shop', role: 'developer', apps: 3, members: 2, createdAt: sampleTime }
  on(api.listProjects, () => [shop])
  on(api.createProject, () => shop)
  on(api.removeProject, () => {
    throw new PlatformError('project_not_empty', 'shop has 3 apps', { hint: 'Remove them first' })
  })
  assert.match((await berth('projects')).stdout, /^shop +developer +3 +2 +\d+ d ago$/m)
  assert.match((await berth('projects', 'create', 'shop')).stdout, /^Created shop\. Invite someone/)
  const { code, stderr } = await berth('projects', 'rm', 'shop')
  assert.deepEqual([code, stderr], [1, 'error: shop has 3 apps\nhint: Remove them first\n'])
  assert.equal((await berth('projects', 'create', 'Shop!')).code, 2)
})
