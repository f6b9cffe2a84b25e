import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { appHandlers } from '../gate/test-handlers.ts'
import { byCookie, byToken, startPlatform } from '../gate/test-platform.ts'

const { people, stores, addUser, addToken, ask, signIn } = await startPlatform({ after }, { handlers: appHandlers })
await addUser({ email: 'root@x.org', isAdmin: true })
const root = byCookie(await signIn('root@x.org'))
for (const name of ['blog', 'shop', 'wiki']) await people.projects.create(name)
const chiefId = await addUser({ email: 'chief@x.org', roles: { shop: 'admin', blog: 'reader' } })
const devId = await addUser({ email: 'dev@x.org', roles: { shop: 'developer' } })
const strangerId = await addUser({ email: 'stranger@x.org' })
const chief = byCookie(await signIn('chief@x.org'))

const list = async (headers: Record<string, string>) =>
  (await ask({ method: 'GET', url: '/v1/projects', headers }))
    .json()
    .map(({ name, role }: { name: string; role: string }) => `${name}: ${role}`)
const put = async (userId: string, role: string, headers: Record<string, string>) =>
  (await ask({ method: 'PUT', url: `/v1/projects/shop/members/${userId}`, headers, payload: { role } })).json()

test('everyone sees their own projects with their own role, an admin of the platform all', async () => {
  assert.deepEqual(await list(chief), ['blog: reader', 'shop: admin'])
  assert.deepEqual(await list(root), ['blog: admin', 'shop: admin', 'wiki: admin'])
  assert.deepEqual(await list(byCookie(await signIn('stranger@x.org'))), [])
  assert.deepEqual(await list(byToken(await addToken(chiefId, { access: 'read' }))), ['blog: reader', 'shop: reader'])
  assert.deepEqual(await list(byToken(await addToken(chiefId, { project: 'shop' }))), ['shop: admin'])
})

test('an admin of a project changes roles there, and makes nobody a member', async () => {
  assert.equal((await put(devId, 'reader', chief)).role, 'reader')
  const [stranger, nobody] = [await put(strangerId, 'reader', chief), await put('nobody', 'reader', chief)]
  assert.equal(stranger.code, 'user_not_found')
  assert.equal(stranger.detail, nobody.detail, 'The e-mail behind an id is not told')
  assert.equal((await put(strangerId, 'reader', root)).email, 'stranger@x.org')
  const emails = (await ask({ method: 'GET', url: '/v1/projects/shop/members', headers: chief }))
    .json()
    .map(({ email }: { email: string }) => email)
  assert.deepEqual(emails, ['chief@x.org', 'dev@x.org', 'stranger@x.org'])
  const remove = { method: 'DELETE', url: `/v1/projects/shop/members/${strangerId}`, headers: chief } as const
  assert.equal((await ask(remove)).statusCode, 200)
  assert.equal((await ask(remove)).json().code, 'user_not_found')
})

test('to an admin of the platform, what does not exist is not found either', async () => {
  for (const [method, url] of [
    ['GET', '/v1/projects/none/members'],
    ['PUT', `/v1/projects/none/members/${devId}`],
    ['DELETE', `/v1/projects/none/members/${devId}`],
    ['DELETE', '/v1/projects/none'],
  ] as const) {
    const payload = method === 'PUT' ? { role: 'reader' } : undefined
    const { code } = (await ask({ method, url, headers: root, ...(payload ? { payload } : {}) })).json()
    assert.equal(code, 'project_not_found', `${method} ${url}`)
  }
})

test('a project is made and removed, and both are written down', async () => {
  const payload = { name: 'fresh' }
  const made = await ask({ method: 'POST', url: '/v1/projects', headers: root, payload })
  assert.deepEqual([made.json().role, made.json().apps], ['admin', 0])
  assert.equal(
    (await ask({ method: 'POST', url: '/v1/projects', headers: root, payload })).json().code,
    'project_exists',
  )
  assert.equal((await ask({ method: 'DELETE', url: '/v1/projects/fresh', headers: root })).statusCode, 200)
  const rows = await stores.activity.list({ limit: 100, visible: 'everything' })
  assert.deepEqual(
    rows.filter(({ project }) => project === 'fresh').map(({ kind, actor }) => `${kind} by ${actor}`),
    ['project_removed by root@x.org', 'project_created by root@x.org'],
  )
  const ofShop = rows.filter(({ project }) => project === 'shop').map(({ kind, detail }) => `${kind}: ${detail}`)
  assert.deepEqual(ofShop, [
    'member_removed: stranger@x.org was reader',
    'member_added: stranger@x.org is reader',
    'member_role_changed: dev@x.org is reader',
  ])
})

test('only an admin of the platform makes a project by making an app in it', async () => {
  const rootId = (await people.users.findByEmail('root@x.org'))?.id ?? ''
  const deployer = byToken(await addToken(rootId, { access: 'deploy' }))
  const make = async (headers: Record<string, string>) => {
    const payload = { name: 'app', project: 'unheard-of', image: 'nginx:1' }
    return (await ask({ method: 'POST', url: '/v1/apps', headers, payload })).json()
  }
  for (const headers of [chief, deployer]) {
    const { code, detail } = await make(headers)
    assert.deepEqual([code, detail], ['project_not_found', 'There is no project unheard-of'])
  }
  assert.equal((await make(root)).app, 'app')
})
