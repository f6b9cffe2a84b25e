import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { stoppedClock } from '../gate/test-clock.ts'
import { byCookie, byToken, startPlatform } from '../gate/test-platform.ts'

const now = stoppedClock()
const { people, stores, addUser, addToken, ask, signIn } = await startPlatform({ after }, { now })
await people.projects.create('team')
await addUser({ email: 'root@x.org', isAdmin: true })
const root = byCookie(await signIn('root@x.org'))
const adaId = await addUser({ email: 'ada@x.org', roles: { team: 'admin' } })
const ada = byCookie(await signIn('ada@x.org'))

const members = (headers: Record<string, string>) => ask({ method: 'GET', url: '/v1/projects/team/members', headers })
const invite = (headers: Record<string, string>, email: string) =>
  ask({ method: 'POST', url: '/v1/projects/team/invitations', headers, payload: { email, role: 'reader' } })
const setRole = (role: string) =>
  ask({ method: 'PUT', url: `/v1/projects/team/members/${adaId}`, headers: root, payload: { role } })

test('a token loses at once what its owner loses, and has it again when they do', async () => {
  const token = byToken(await addToken(adaId, {}))
  assert.equal((await invite(token, 'one@x.org')).statusCode, 200)
  await setRole('reader')
  assert.equal((await invite(token, 'two@x.org')).statusCode, 403)
  assert.equal((await members(token)).statusCode, 200)
  await ask({ method: 'DELETE', url: `/v1/projects/team/members/${adaId}`, headers: root })
  assert.equal((await members(token)).statusCode, 404)
  await setRole('admin')
  assert.equal((await invite(token, 'two@x.org')).statusCode, 200)
  await people.users.update(adaId, { isBlocked: true })
  assert.equal((await members(token)).statusCode, 401)
  await people.users.update(adaId, { isBlocked: false })
  assert.equal((await members(token)).statusCode, 200)
})

test('a token goes with its owner', async () => {
  const id = await addUser({ email: 'gone@x.org', roles: { team: 'reader' } })
  const token = byToken(await addToken(id, {}))
  assert.equal((await members(token)).statusCode, 200)
  assert.equal((await ask({ method: 'DELETE', url: `/v1/users/${id}`, headers: root })).statusCode, 200)
  assert.equal((await members(token)).statusCode, 401)
})

test('a token is shown once, listed without itself, used, and worthless once removed', async () => {
  const cookie = byCookie(await signIn('ada@x.org'))
  const payload = { name: 'laptop', access: 'deploy', project: 'team', expiresInDays: 30 }
  const made = (await ask({ method: 'POST', url: '/v1/tokens', headers: cookie, payload })).json()
  const { createdAt, expiresAt, ...row } = made.row
  assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 30 * 24 * 3_600_000)
  const expected = { name: 'laptop', access: 'deploy', project: 'team', createdBy: 'ada@x.org', lastUsedAt: null }
  assert.deepEqual(row, { id: row.id, ...expected })
  assert.equal((await members(byToken(made.token))).statusCode, 200)

  const list = async (headers: Record<string, string>) => {
    const answer = await ask({ method: 'GET', url: '/v1/tokens', headers })
    assert.ok(!answer.body.includes(made.token))
    return answer.json().map(({ id }: { id: string }) => id)
  }
  assert.ok((await list(cookie)).includes(row.id))
  assert.ok((await list(root)).includes(row.id))
  assert.deepEqual(await list(byToken(made.token)), [row.id], 'A token sees no token that may do more')
  const removed = await ask({ method: 'DELETE', url: `/v1/tokens/${row.id}`, headers: cookie })
  assert.equal(removed.statusCode, 200)
  assert.equal((await members(byToken(made.token))).statusCode, 401)
  const kinds = (await stores.activity.list({ limit: 100, visible: 'everything' })).map(
    ({ kind, detail }) => `${kind} ${detail}`,
  )
  assert.ok(kinds.some((it) => it.startsWith('token_created laptop: deploy to project team, until ')))
  assert.ok(kinds.some((it) => it.startsWith('token_removed laptop: deploy')))
})

test('nobody removes a token of another, or learns that it is there', async () => {
  const bobId = await addUser({ email: 'bob@x.org', roles: { team: 'admin' } })
  const token = await addToken(bobId, {})
  const [row] = await people.tokens.list({ ownerId: bobId })
  const cookie = byCookie(await signIn('ada@x.org'))
  const remove = (id: string) => ask({ method: 'DELETE', url: `/v1/tokens/${id}`, headers: cookie })
  const [theirs, none] = [await remove(row?.id ?? ''), await remove('none')]
  assert.deepEqual([theirs.statusCode, theirs.json().detail], [404, none.json().detail])
  assert.equal((await members(byToken(token))).statusCode, 200)
})

test('an expired token and one that never was are refused with the same words', async () => {
  const expired = await members(byToken(await addToken(adaId, { expiresAtMs: now() - 1 })))
  const unknown = await members(byToken('berth_never'))
  const said = ({ statusCode, body }: typeof expired) => [statusCode, body.replace(/"requestId":"[^"]+"/, '')]
  assert.deepEqual(said(expired), said(unknown))
})

test('a reader is refused a token that may do more, and gets one that may not', async () => {
  await addUser({ email: 'rea@x.org', roles: { team: 'reader' } })
  const cookie = byCookie(await signIn('rea@x.org'))
  const make = (access: string) =>
    ask({ method: 'POST', url: '/v1/tokens', headers: cookie, payload: { name: 'x', access } })
  assert.equal((await make('deploy')).json().code, 'forbidden')
  assert.equal((await make('read')).statusCode, 200)
  assert.equal((await members(ada)).statusCode, 401, 'A session that ended with the block stays ended')
})
