import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { stoppedClock } from '../gate/test-clock.ts'
import { byCookie, byForeignPage, password, startPlatform } from '../gate/test-platform.ts'

const { people, stores, addUser, ask, signIn } = await startPlatform({ after }, { now: stoppedClock() })
await people.projects.create('team')
await addUser({ email: 'root@x.org', isAdmin: true })
const root = byCookie(await signIn('root@x.org'))
const chosen = 'a password that I chose'

async function invite(email: string, { headers = root, role = 'developer' } = {}) {
  const answer = await ask({ method: 'POST', url: '/v1/projects/team/invitations', headers, payload: { email, role } })
  assert.equal(answer.statusCode, 200, answer.body)
  const { invitation, path } = answer.json()
  return { id: invitation.id as string, path: path as string, secret: path.split('#')[1] as string }
}
const look = (secret: string) => ask({ method: 'POST', url: '/v1/invitations/look', payload: { secret } })
const accept = (secret: string, given = chosen, headers = {}) =>
  ask({ method: 'POST', url: '/v1/invitations/accept', headers, payload: { secret, password: given } })
const codeOf = async (answer: ReturnType<typeof ask>) => (await answer).json().code

test('someone new chooses a password, is signed in and has the role', async () => {
  const { path, secret } = await invite('New@X.org')
  assert.match(path, /^\/invitation#[\w-]{43}$/)
  const { email, project, role, hasAccount } = (await look(secret)).json()
  assert.deepEqual([email, project, role, hasAccount], ['new@x.org', 'team', 'developer', false])
  const answer = await accept(secret)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.deepEqual(answer.json().projects, [{ name: 'team', role: 'developer' }])
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  const me = (await ask({ method: 'GET', url: '/v1/whoami', headers: byCookie(cookie) })).json()
  assert.deepEqual([me.name, me.access, me.mustChangePassword], ['new@x.org', 'deploy', false])
  await signIn('new@x.org', chosen)
  assert.equal(await codeOf(accept(secret)), 'invitation_not_found')
  assert.equal(await codeOf(look(secret)), 'invitation_not_found')
})

test('of five that accept one invitation at once one gets in, with the password that they chose', async () => {
  const { secret } = await invite('race@x.org')
  const passwords = [1, 2, 3, 4, 5].map((number) => `password number ${number}`)
  const answers = await Promise.all(passwords.map((it) => accept(secret, it)))
  const won = answers.findIndex(({ statusCode }) => statusCode === 200)
  assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
  for (const answer of answers) if (answer.statusCode !== 200) assert.equal(answer.json().code, 'invitation_not_found')
  await signIn('race@x.org', passwords[won])
})

test('an account that is there is kept: its password is needed, and the invitation outlives a wrong one', async () => {
  const id = await addUser({ email: 'old@x.org' })
  const { secret } = await invite('old@x.org', { role: 'reader' })
  assert.equal((await look(secret)).json().hasAccount, true)
  assert.equal(await codeOf(accept(secret, chosen)), 'sign_in_failed')
  assert.deepEqual(await people.memberships.rolesOf(id), [])
  const answer = await accept(secret, password)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.deepEqual(answer.json().projects, [{ name: 'team', role: 'reader' }])
  await signIn('old@x.org')
})

test('a blocked user gets nowhere with an invitation', async () => {
  const id = await addUser({ email: 'blocked@x.org' })
  const { secret } = await invite('blocked@x.org')
  await people.users.update(id, { isBlocked: true })
  assert.equal(await codeOf(accept(secret, password)), 'sign_in_failed')
  assert.deepEqual(await people.memberships.rolesOf(id), [])
})

test('one that was taken back is worthless at once', async () => {
  const { id, secret } = await invite('back@x.org')
  const removed = await ask({ method: 'DELETE', url: `/v1/invitations/${id}`, headers: root })
  assert.equal(removed.statusCode, 200)
  assert.equal(await codeOf(accept(secret)), 'invitation_not_found')
  assert.equal(await people.users.findByEmail('back@x.org'), undefined)
})

test('what someone offered who is admin no more is worthless, and good again when they are', async () => {
  const chiefId = await addUser({ email: 'chief@x.org', roles: { team: 'admin' } })
  const { secret } = await invite('friend@x.org', { headers: byCookie(await signIn('chief@x.org')), role: 'admin' })
  assert.equal((await look(secret)).statusCode, 200)
  await people.memberships.put({ project: 'team', userId: chiefId, role: 'developer' })
  assert.equal(await codeOf(look(secret)), 'invitation_not_found')
  assert.equal(await codeOf(accept(secret)), 'invitation_not_found')
  await people.memberships.put({ project: 'team', userId: chiefId, role: 'admin' })
  await people.users.update(chiefId, { isBlocked: true })
  assert.equal(await codeOf(accept(secret)), 'invitation_not_found')
  await people.users.update(chiefId, { isBlocked: false })
  assert.equal((await accept(secret)).statusCode, 200)
})

test('an admin of the platform is invited by one, and only they see it', async () => {
  await addUser({ email: 'team-admin@x.org', roles: { team: 'admin' } })
  const teamAdmin = byCookie(await signIn('team-admin@x.org'))
  const asked = { method: 'POST', url: '/v1/invitations', payload: { email: 'second@x.org' } } as const
  assert.equal(await codeOf(ask({ ...asked, headers: teamAdmin })), 'forbidden')
  const { invitation, path } = (await ask({ ...asked, headers: root })).json()
  assert.equal(await codeOf(ask({ ...asked, headers: root })), 'conflict')
  const list = async (headers: Record<string, string>) =>
    (await ask({ method: 'GET', url: '/v1/invitations', headers })).json().map(({ id }: { id: string }) => id)
  assert.ok((await list(root)).includes(invitation.id))
  assert.ok(!(await list(teamAdmin)).includes(invitation.id))
  const remove = { method: 'DELETE', url: `/v1/invitations/${invitation.id}`, headers: teamAdmin } as const
  assert.equal(await codeOf(ask(remove)), 'invitation_not_found')
  const me = (await accept(path.split('#')[1])).json()
  assert.deepEqual([me.isAdmin, me.access], [true, 'admin'])
  assert.equal(await codeOf(ask({ ...asked, headers: root })), 'conflict', 'They are one already')
})

test('who is a member is not invited again', async () => {
  await addUser({ email: 'member@x.org', roles: { team: 'reader' } })
  const asked = { method: 'POST', url: '/v1/projects/team/invitations', headers: root } as const
  const payload = { email: 'member@x.org', role: 'admin' }
  assert.equal(await codeOf(ask({ ...asked, payload })), 'conflict')
  const nowhere = { ...asked, url: '/v1/projects/nowhere/invitations', payload }
  assert.equal(await codeOf(ask(nowhere)), 'project_not_found')
})

test('another page cannot accept for its visitor', async () => {
  const { secret } = await invite('lured@x.org')
  const { cookie: _, ...headers } = byForeignPage('')
  assert.equal(await codeOf(accept(secret, chosen, headers)), 'forbidden')
  assert.equal((await look(secret)).statusCode, 200)
})

test('an address that tries secrets must wait', async () => {
  const tryOne = (address: string) =>
    ask({
      ...{ method: 'POST', url: '/v1/invitations/look', payload: { secret: 'guess' } },
      headers: { 'x-forwarded-for': address },
    })
  for (let count = 0; count <= 10; count++) assert.equal((await tryOne('203.0.113.1')).statusCode, 404)
  assert.equal((await tryOne('203.0.113.1')).json().code, 'rate_limited')
  assert.equal((await tryOne('203.0.113.2')).statusCode, 404)
})

test('what happened is written down, and no secret with it', async () => {
  const { id, secret } = await invite('noted@x.org')
  await ask({ method: 'DELETE', url: `/v1/invitations/${id}`, headers: root })
  const rows = await stores.activity.list({ limit: 500, visible: 'everything' })
  const kinds = new Set(rows.filter(({ project }) => project === 'team').map(({ kind }) => kind))
  for (const kind of ['invitation_created', 'invitation_removed', 'invitation_accepted'])
    assert.ok(kinds.has(kind), kind)
  assert.ok(!JSON.stringify(rows).includes(secret))
})
