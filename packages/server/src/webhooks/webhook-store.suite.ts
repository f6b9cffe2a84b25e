import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { BuildOptions } from '@berth/contract'
import { activityStore } from '../activity/activity-store.ts'
import { appStore } from '../apps/app-store.ts'
import { buildStore } from '../builds/build-store.ts'
import { createChanges } from '../changes.ts'
import { openForTest, type TestEngine } from '../database/test-databases.ts'
import { failureLimit } from '../gate/failure-limit.ts'
import { guessLimit } from '../gate/guess-limit.ts'
import { callLimit } from './call-limit.ts'
import { deliver } from './delivery.ts'
import { pushes, secret } from './test-push.ts'
import { webhookStore } from './webhook-store.ts'

const options = BuildOptions.parse({ folder: 'web' })
const wanted = { app: 'shop', url: 'https://git.example.org/team/shop.git', branch: 'main', tags: null, options }

export const webhookStoreSuite = (engine: TestEngine) =>
  describe(`webhooks on ${engine.name}`, () => {
    async function open(t: TestContext) {
      let atMs = 1_000
      const deps = await openForTest(t, await engine.place(t), () => atMs++)
      const apps = appStore(deps)
      await apps.ensureApp({ name: 'shop', project: 'default', replicas: 1 }, { mustHaveProject: false })
      const webhooks = webhookStore({ ...deps, key: randomBytes(32) })
      const builds = buildStore({ ...deps, apps, secretKey: randomBytes(32) })
      const activity = activityStore(deps)
      const { id } = await webhooks.add({ ...wanted, secret, createdBy: 'ann' })
      const checkRate = callLimit({ now: () => 0 })
      const guesses = guessLimit(failureLimit({ now: () => 0 }))
      const all = { webhooks, apps, builds, activity, guesses, checkRate, changes: createChanges() }
      const send = ({ headers, body }: { headers: object; body: string }, hook = id) =>
        deliver({ hook, address: '198.51.100.1', headers: { ...headers }, bytes: Buffer.from(body) }, all)
      const pass = (ms: number) => {
        atMs += ms
      }
      return { ...all, deps, id, send, pass }
    }

    test('a signed push begins a build that is deployed, in the name of who pushed, and is on record', async (t) => {
      const { send, builds, webhooks, activity, id } = await open(t)
      const { outcome, buildId } = await send(pushes.github())
      assert.equal(outcome, 'building')
      const build = await builds.get('shop', buildId ?? '')
      assert.deepEqual(build.source, { kind: 'git', url: wanted.url, ref: 'refs/heads/main' })
      assert.deepEqual([build.state, build.requestedBy, build.options.folder], ['queued', 'ann (push)', 'web'])
      assert.deepEqual(build.deploy?.change, {})
      const [delivery] = await webhooks.listDeliveries(id, 5)
      assert.deepEqual([delivery?.deliveryId, delivery?.pushedBy, delivery?.buildState], ['d1', 'ann', 'queued'])
      const [event] = await activity.list({ limit: 1, visible: 'everything' })
      assert.deepEqual([event?.kind, event?.actor], ['push_received', 'ann (push)'])
      assert.match(event?.detail ?? '', /shop\.git: main ffac537e: Sell more/)
    })

    test('a call that is not signed, or signed with another secret, is refused like one of no webhook', async (t) => {
      const { send, builds, webhooks, id } = await open(t)
      const refusal = { code: 'webhook_refused' }
      await assert.rejects(send({ headers: {}, body: '{}' }), refusal)
      await assert.rejects(send(pushes.github({}, 'wrong')), refusal)
      await assert.rejects(send(pushes.github(), 'none'), refusal)
      await assert.rejects(send(pushes.github(), 'a\0b'), refusal)
      assert.deepEqual([await builds.list('shop', { limit: 5 }), await webhooks.listDeliveries(id, 5)], [[], []])
      assert.notEqual((await webhooks.get('shop', id)).refusedAtMs, null)
    })

    test('a call that is sent again begins nothing, also under another name', async (t) => {
      const { send, builds } = await open(t)
      const first = await send(pushes.github())
      const push = pushes.github()
      for (const name of ['d1', 'd2']) {
        const again = await send({ ...push, headers: { ...push.headers, 'x-github-delivery': name } })
        assert.deepEqual([again.outcome, again.buildId], ['duplicate', first.buildId])
      }
      assert.equal((await builds.list('shop', { limit: 5 })).length, 1)
    })

    test('a secret that is shown without a signature may come with the same body again', async (t) => {
      const { send } = await open(t)
      const call = { headers: { 'x-berth-token': secret }, body: '' }
      const [one, other] = [await send(call), await send(call)]
      assert.deepEqual([one.outcome, other.outcome], ['building', 'building'])
    })

    test('the newest push takes the place of what waits, and of nothing that runs or is of others', async (t) => {
      const { send, builds } = await open(t)
      const source = { kind: 'git' as const, url: wanted.url }
      const common = { project: 'default', options, deploy: null, requestedBy: 'ann', mustHaveProject: true }
      const byHand = await builds.add({ ...common, app: 'shop', source })
      const running = await send(pushes.github())
      await builds.start(running.buildId ?? '', 'm1')
      const push = (after: string, delivery: string) => {
        const { headers, body } = pushes.github({ after })
        return send({ headers: { ...headers, 'x-github-delivery': delivery }, body })
      }
      const older = await push('abcdef01', 'd2')
      const newest = await push('abcdef02', 'd3')
      const stateOf = async (id: string | null) => (await builds.get('shop', id ?? '')).state
      assert.deepEqual(await Promise.all([byHand.id, running.buildId, older.buildId, newest.buildId].map(stateOf)), [
        'queued',
        'running',
        'cancelled',
        'queued',
      ])
      assert.match((await builds.get('shop', older.buildId ?? '')).detail ?? '', /newer push/)
    })

    test('what is not built is on record with the reason, and a ping is answered each time', async (t) => {
      const { send, webhooks, id } = await open(t)
      assert.equal((await send(pushes.github({ ref: 'refs/heads/other' }))).outcome, 'ignored')
      const { headers, body } = pushes.github()
      const ping = { ...headers, 'x-github-event': 'ping' }
      assert.equal((await send({ headers: { ...ping, 'x-github-delivery': 'd2' }, body })).outcome, 'answered')
      assert.equal((await send({ headers: { ...ping, 'x-github-delivery': 'd3' }, body })).outcome, 'answered')
      const outcomes = (await webhooks.listDeliveries(id, 5)).map(({ outcome }) => outcome)
      assert.deepEqual(outcomes, ['answered', 'answered', 'ignored'])
    })

    test('one that was received and never dealt with is dealt with when it is sent again, not at the same time', async (t) => {
      const { send, webhooks, id, pass } = await open(t)
      const call = { headers: { 'x-berth-token': secret, 'x-berth-delivery': 'd1' }, body: '' }
      const nothing = { event: 'push', deliveryId: 'd1', ref: null, commitId: null, pushedBy: null }
      await webhooks.receive({ ...nothing, webhookId: id, id: 'd1' })
      assert.equal((await send(call)).outcome, 'duplicate')
      pass(61_000)
      assert.equal((await send(call)).outcome, 'building')
      assert.equal((await send(call)).outcome, 'duplicate')
    })

    test('of two calls that are the same and come at once, one begins a build', async (t) => {
      const { send } = await open(t)
      const outcomes = (await Promise.all([send(pushes.github()), send(pushes.github())])).map(({ outcome }) => outcome)
      assert.deepEqual(outcomes.toSorted(), ['building', 'duplicate'])
    })

    test('a call that is signed is taken also from an address that others have guessed from', async (t) => {
      const { send } = await open(t)
      const codes: (string | undefined)[] = []
      for (let i = 0; i < 12; i += 1) {
        await send({ headers: {}, body: '' }, 'none').catch(({ code }: { code: string }) => codes.push(code))
      }
      assert.equal(codes.at(-1), 'rate_limited')
      assert.equal((await send(pushes.github())).outcome, 'building')
    })

    test('a webhook that is called without end is told to wait', async (t) => {
      const { send } = await open(t)
      const call = { headers: { 'x-berth-token': secret, 'x-github-event': 'ping' }, body: '' }
      for (let i = 0; i < 60; i += 1) await send(call)
      await assert.rejects(send(call), { code: 'rate_limited' })
    })

    test('a secret is stored sealed, and a webhook goes with its app', async (t) => {
      const { deps, apps, webhooks, send, id } = await open(t)
      await send(pushes.github())
      assert.ok(!JSON.stringify(await deps.database.db.selectFrom('webhooks').selectAll().execute()).includes(secret))
      const other = webhookStore({ ...deps, key: randomBytes(32) })
      assert.equal(await other.find(id), undefined)
      await assert.rejects(webhooks.get('other', id), { code: 'webhook_not_found' })
      await apps.remove('shop')
      assert.equal(await webhooks.find(id), undefined)
    })
  })
