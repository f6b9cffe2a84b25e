import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { stoppedClock } from '../gate/test-clock.ts'
import { byCookie, byToken, startPlatform } from '../gate/test-platform.ts'

const { people, stores, addUser, addToken, ask, signIn } = await startPlatform({ after }, { now: stoppedClock() })
await people.projects.create('team')
const adaId = await addUser({ email: 'ada@x.org', roles: { team: 'developer' } })
const ada = byCookie(await signIn('ada@x.org'))

async function begin(client = "berth on ada's laptop") {
  const answer = await ask({ method: 'POST', url: '/v1/login-requests', payload: { client } })
  return answer.json() as { code: string; secret: string; path: string; expiresAt: string }
}
const answer = (code: string, payload: object, headers: Record<string, string> = ada) =>
  ask({ method: 'POST', url: `/v1/login-requests/${code}/answer`, headers, payload })
const fetchToken = (secret: string, headers = {}) =>
  ask({ method: 'POST', url: '/v1/login-requests/token', headers, payload: { secret } })

test('a command gets its token once someone approved it, and it is that of who did', async () => {
  const { code, secret, path } = await begin()
  assert.equal(path, `/login/${code}`)
  assert.deepEqual((await fetchToken(secret)).json(), { state: 'waiting', token: null })
  const shown = (await ask({ method: 'GET', url: `/v1/login-requests/${code}`, headers: ada })).json()
  assert.deepEqual([shown.code, shown.client, shown.state], [code, "berth on ada's laptop", 'waiting'])
  assert.match(shown.address, /^198\.18\./)
  assert.equal((await answer(code, { isApproved: true })).json().state, 'approved')

  const { state, token } = (await fetchToken(secret)).json()
  assert.equal(state, 'approved')
  const me = (await ask({ method: 'GET', url: '/v1/whoami', headers: byToken(token) })).json()
  assert.deepEqual([me.kind, me.email, me.access], ['token', 'ada@x.org', 'deploy'])
  const [row] = (await ask({ method: 'GET', url: '/v1/tokens', headers: ada })).json()
  assert.deepEqual([row.name, row.access, row.createdBy], ["berth on ada's laptop", 'deploy', 'ada@x.org'])
  assert.equal((await fetchToken(secret)).statusCode, 404, 'Given once')
})

test('a refusal is told, and no token', async () => {
  const { code, secret } = await begin()
  assert.equal((await answer(code, { isApproved: false })).json().state, 'refused')
  assert.deepEqual((await fetchToken(secret)).json(), { state: 'refused', token: null })
  assert.equal((await answer(code, { isApproved: true })).json().code, 'conflict')
})

test('only a session answers, and nobody gives more than they have', async () => {
  const { code, secret } = await begin()
  const token = byToken(await addToken(adaId, {}))
  assert.equal((await answer(code, { isApproved: true }, token)).json().code, 'session_required')
  const refused = (await answer(code, { isApproved: true, access: 'admin' })).json()
  assert.equal(refused.code, 'forbidden')
  assert.match(refused.hint, /"deploy"/)
  assert.equal((await fetchToken(secret)).json().state, 'waiting')
})

test('what is approved by someone who is blocked before it is fetched opens nothing', async () => {
  const id = await addUser({ email: 'eve@x.org', roles: { team: 'developer' } })
  const { code, secret } = await begin()
  await answer(code, { isApproved: true }, byCookie(await signIn('eve@x.org')))
  await people.users.update(id, { isBlocked: true })
  const { token } = (await fetchToken(secret)).json()
  assert.equal((await ask({ method: 'GET', url: '/v1/whoami', headers: byToken(token) })).statusCode, 401)
})

test('an address that tries secrets must wait', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.1' }
  for (let count = 0; count <= 10; count++) assert.equal((await fetchToken('guess', headers)).statusCode, 404)
  assert.equal((await fetchToken('guess', headers)).json().code, 'rate_limited')
})

test('what happened is written down, and no secret with it', async () => {
  const { code, secret } = await begin()
  await answer(code, { isApproved: true })
  const { token } = (await fetchToken(secret)).json()
  const rows = await stores.activity.list({ limit: 500, visible: 'everything' })
  const kinds = new Set(rows.map(({ kind }) => kind))
  for (const kind of ['login_request_approved', 'login_request_refused', 'token_created'])
    assert.ok(kinds.has(kind), kind)
  const written = JSON.stringify(rows)
  assert.ok(!written.includes(secret) && !written.includes(token))
})
