import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { buildStore } from '../builds/build-store.ts'
import { createChanges } from '../changes.ts'
import { failureLimit } from '../gate/failure-limit.ts'
import { guessLimit } from '../gate/guess-limit.ts'
import { stoppedClock } from '../gate/test-clock.ts'
import { byToken, startPlatform } from '../gate/test-platform.ts'
import { callLimit } from './call-limit.ts'
import { pushes, sign } from './test-push.ts'
import { webhookApi } from './webhook-api.ts'
import { webhookStore } from './webhook-store.ts'

const platform = await startPlatform(
  { after },
  {
    now: stoppedClock(),
    handlers: (stores) =>
      webhookApi({
        ...{
          ...stores,
          builds: buildStore({ ...stores, secretKey: randomBytes(32) }),
          changes: createChanges(),
          checkRate: callLimit(stores),
        },
        webhooks: webhookStore({ ...stores, key: randomBytes(32) }),
        guesses: guessLimit(failureLimit(stores)),
        addressOf: (id) => `http://berth.example.org/v1/hooks/${id}`,
      }),
  },
)
await platform.people.projects.create('team')
await platform.stores.apps.ensureApp({ name: 'shop', project: 'team', replicas: 1 }, { mustHaveProject: true })
const developerId = await platform.addUser({ email: 'ann@example.org', roles: { team: 'developer' } })
const headers = byToken(await platform.addToken(developerId, { access: 'deploy' }))

async function addHook() {
  const payload = { url: 'https://git.example.org/team/shop.git', branch: 'main', options: { folder: 'web' } }
  const answer = await platform.ask({ method: 'POST', url: '/v1/apps/shop/webhooks', headers, payload })
  assert.equal(answer.statusCode, 200, answer.body)
  const { webhook, secret } = answer.json()
  const path = new URL(webhook.address).pathname
  return { webhook, secret, call: (extra: object, payload: string) => send(path, extra, payload) }
}
const send = (url: string, extra: object, payload: string) =>
  platform.ask({ method: 'POST', url, headers: { ...extra }, payload: payload as never })
const list = async () => (await platform.ask({ method: 'GET', url: '/v1/apps/shop/webhooks', headers })).json()

test('a developer makes a webhook, whose secret is told once, and a forge that signs with it begins a build', async () => {
  const { webhook, secret, call } = await addHook()
  const push = pushes.github({}, secret)
  const answer = await call(push.headers, push.body)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.json().outcome, 'building')
  const [listed] = await list()
  assert.deepEqual([listed.id, listed.folder, listed.lastDelivery.build.state], [webhook.id, 'web', 'queued'])
  assert.ok(!JSON.stringify(listed).includes(secret))
})

test('what is signed is the bytes that were sent, whatever type they are said to have', async () => {
  const { secret, call } = await addHook()
  const body = '{ "ref" :\t"refs/heads/main" }'
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
    const said = type.endsWith('urlencoded') ? new URLSearchParams({ payload: body }).toString() : body
    const signed = { 'x-hub-signature-256': `sha256=${sign(said, secret)}`, 'content-type': type }
    assert.equal((await call({ ...signed, 'x-github-delivery': type }, said)).json().code, undefined, type)
    assert.equal((await call(signed, said.replace('main', 'evil'))).json().code, 'webhook_refused', type)
  }
})

test('a body that is too large is refused before it is looked at', async () => {
  const { call } = await addHook()
  assert.equal((await call({ 'content-type': 'application/json' }, ' '.repeat(1024 ** 2 + 1))).statusCode, 413)
})

test('an address that keeps guessing has to wait', async () => {
  const guess = () =>
    platform.app.inject({ method: 'POST', url: '/v1/hooks/none', remoteAddress: '198.51.100.7', payload: '{}' })
  const codes: string[] = []
  for (let i = 0; i < 13; i += 1) codes.push((await guess()).json().code)
  assert.deepEqual([codes[0], codes.at(-1)], ['webhook_refused', 'rate_limited'])
})

test('a webhook that was removed is called in vain', async () => {
  const { webhook, secret, call } = await addHook()
  const url = `/v1/apps/shop/webhooks/${webhook.id}`
  assert.equal((await platform.ask({ method: 'DELETE', url, headers })).statusCode, 200)
  const push = pushes.github({}, secret)
  assert.equal((await call(push.headers, push.body)).json().code, 'webhook_refused')
})
