import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { createClient, defineEndpoint, type PlatformError } from '@berth/contract'
import { z } from 'zod'
import { handle } from '../http/endpoint-handler.ts'
import { startPlatform } from './test-platform.ts'

const watch = defineEndpoint({
  method: 'GET',
  path: '/v1/watch/:project',
  access: 'read',
  on: 'project',
  summary: 'Tells that one is there, then nothing more',
  params: z.strictObject({ project: z.string() }),
  result: z.strictObject({ seenBy: z.string() }),
  stream: true,
  errors: ['project_not_found'],
})

async function* stayOpen(seenBy: string, signal: AbortSignal) {
  yield { seenBy }
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}
const handlers = () => [handle(watch, ({ caller, signal }) => stayOpen(caller.name, signal))]

async function start(recheckMs: number, now = Date.now) {
  const platform = await startPlatform({ after }, { handlers, declared: [watch], recheckMs, now })
  const { people, addUser, addToken, app } = platform
  await people.projects.create('team')
  await app.listen({ host: '127.0.0.1', port: 0 })
  const baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`

  /** Opens the stream as someone new; `ended` is with what it ended, once it did. */
  async function openAs(email: string, options = {}): Promise<{ id: string; ended: Promise<PlatformError> }> {
    const id = await addUser({ email, roles: { team: 'reader' } })
    const client = createClient({ baseUrl, token: await addToken(id, options) })
    const items = client.stream(watch, { params: { project: 'team' } })[Symbol.asyncIterator]()
    assert.ok(JSON.stringify((await items.next()).value).includes(email))
    const ended = items.next().then(
      () => assert.fail('Nothing more was to come'),
      (error) => error,
    )
    return { id, ended }
  }

  return { ...platform, openAs }
}

const { people, accessChanges, openAs } = await start(60_000)

test('a stream ends at once when its user is blocked', async () => {
  const { id, ended } = await openAs('blocked@x.org')
  await people.users.update(id, { isBlocked: true })
  assert.equal((await ended).code, 'unauthenticated')
})

test('a stream ends at once when its token is removed', async () => {
  const { id, ended } = await openAs('removed@x.org')
  const [row] = await people.tokens.list({ ownerId: id })
  await people.tokens.remove(row?.id ?? '')
  accessChanges.notify()
  assert.equal((await ended).code, 'unauthenticated')
})

test('a stream of a project ends when its user has no role there any more', async () => {
  const { id, ended } = await openAs('left@x.org')
  await people.memberships.remove('team', id)
  accessChanges.notify()
  assert.equal((await ended).code, 'project_not_found')
})

test('whoever may see more now is told to connect again', async () => {
  const { id, ended } = await openAs('promoted@x.org')
  await people.memberships.put({ project: 'team', userId: id, role: 'developer' })
  accessChanges.notify()
  const error = await ended
  assert.deepEqual([error.code, error.message], ['server_standby', 'What you may see has changed'])
})

test('a token that expires ends its stream although nobody tells', async () => {
  const clock = { nowMs: Date.now() }
  const own = await start(20, () => clock.nowMs)
  const { ended } = await own.openAs('expired@x.org', { expiresAtMs: clock.nowMs + 1_000 })
  clock.nowMs += 1_001
  assert.equal((await ended).code, 'unauthenticated')
})

test('the stream of someone whom no change is about goes on', async () => {
  const { ended } = await openAs('other@x.org')
  const over = ended.then(() => 'ended')
  for (let count = 0; count < 3; count++) {
    accessChanges.notify()
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  assert.equal(await Promise.race([over, 'open']), 'open')
})
