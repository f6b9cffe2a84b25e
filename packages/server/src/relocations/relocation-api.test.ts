import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Relocation } from '@berth/contract'
import * as api from '@berth/contract'
import { aMachine, fakeEngine, type ObservedMachine } from '@berth/engine'
import { createChanges } from '../changes.ts'
import { deploymentStore } from '../deployments/deployment-store.ts'
import { startPlatform } from '../gate/test-platform.ts'
import { releaseStore } from '../releases/release-store.ts'
import { wantedReader } from '../services/wanted.ts'
import { relocationApi } from './relocation-api.ts'
import { relocationStore } from './relocation-store.ts'

const machinesNamed = (...names: string[]) => names.map((name) => aMachine({ id: `id-${name}`, name }))

/** A cluster of these machines with nothing on them, and an admin who asks; nothing but the API acts. */
async function setUp(t: TestContext, machines: ObservedMachine[] = machinesNamed('m1', 'm2', 'm3')) {
  const { engine } = fakeEngine({ machines })
  const declared = [
    api.drainMachine,
    api.activateMachine,
    api.planRebalance,
    api.startRebalance,
    api.listRelocations,
    api.getRelocation,
    api.cancelRelocation,
  ]
  const platform = await startPlatform(t, {
    declared,
    handlers: (stores) => {
      const relocations = relocationStore(stores)
      const readWanted = wantedReader({
        ...stores,
        deployments: deploymentStore(stores),
        releases: releaseStore(stores),
      })
      const seen = { cluster: { refresh: engine.observe }, routes: { edges: () => [] } }
      return relocationApi({ ...stores, ...seen, relocations, readWanted, changes: createChanges() })
    },
  })
  const headers = { authorization: `Bearer ${await platform.addToken(null, {})}` }
  async function ask(method: 'GET' | 'POST', url: string, payload?: object) {
    const answer = await platform.ask({ method, url, headers, ...(payload && { payload }) })
    return { status: answer.statusCode, body: answer.json() }
  }
  const drain = (name: string, body = {}) => ask('POST', `/v1/machines/${name}/drain`, body)
  const activity = async () => (await platform.stores.activity.list({ limit: 9, visible: 'everything' })).map(tell)
  return { ask, drain, activity }
}

const tell = ({ kind, detail }: { kind: string; detail: string | null }) => `${kind} ${detail}`

test('two people who drain the same machine get the same drain, and it is told once', async (t) => {
  const { drain, activity } = await setUp(t)
  const [one, two] = [await drain('m1'), await drain('m1')]
  assert.deepEqual([one.status, one.body.id], [200, two.body.id])
  assert.deepEqual([one.body.state, one.body.words], ['pending', 'pausing m1'])
  assert.deepEqual(await activity(), ['machine_drain_requested m1'])
})

test('the last machine is kept, also when the others are only about to be drained', async (t) => {
  const { drain } = await setUp(t)
  await drain('m1')
  await drain('m2')
  const { status, body } = await drain('m3', { force: true })
  assert.deepEqual([status, body.code], [409, 'last_machine'])
})

test('a machine that is not there cannot be drained or activated', async (t) => {
  const { ask, drain } = await setUp(t)
  assert.equal((await drain('m9')).body.code, 'machine_not_found')
  assert.equal((await ask('POST', '/v1/machines/m9/activation')).body.code, 'machine_not_found')
})

test('activating a machine cancels its drain, and one that takes instances is left alone', async (t) => {
  const { ask, drain, activity } = await setUp(t)
  const { body: asked } = await drain('m1')
  const { body } = await ask('POST', '/v1/machines/m1/activation')
  assert.deepEqual([body.cancelled.id, body.cancelled.state], [asked.id, 'cancelled'])
  assert.deepEqual((await ask('POST', '/v1/machines/m2/activation')).body, { machine: 'm2', cancelled: null })
  assert.deepEqual(await activity(), ['machine_activated m1', 'machine_drain_requested m1'])
})

test('a machine that was cordoned, or paused past Berth, is not activated, with what to do instead', async (t) => {
  const [first = aMachine()] = machinesNamed('m1')
  const paused = { availability: 'pause', isSchedulable: false } as const
  const { ask } = await setUp(t, [
    aMachine({ ...first, ...paused, cordonLabel: 'person' }),
    aMachine({ ...paused, id: 'id-m2', name: 'm2' }),
  ])
  const hints = await Promise.all(
    ['m1', 'm2'].map(async (name) => (await ask('POST', `/v1/machines/${name}/activation`)).body.hint),
  )
  assert.deepEqual(hints, [
    'berth machines uncordon m1',
    'Somebody paused it past Berth: docker node update --availability active m2',
  ])
})

test('what has ended cannot be cancelled, and what never was is not found', async (t) => {
  const { ask, drain } = await setUp(t)
  const { body } = await drain('m1')
  const cancel = () => ask('POST', `/v1/relocations/${body.id}/cancel`)
  assert.equal((await cancel()).body.state, 'cancelled')
  assert.equal((await cancel()).body.code, 'relocation_finished')
  assert.equal((await ask('GET', '/v1/relocations/none')).body.code, 'relocation_not_found')
})

test('where nothing is uneven a rebalance plans nothing, and relocations are listed newest first', async (t) => {
  const { ask, drain } = await setUp(t)
  assert.deepEqual((await ask('GET', '/v1/rebalance')).body, { moves: [], skipped: [] })
  await drain('m1')
  await ask('POST', '/v1/rebalance')
  const { body } = await ask('GET', '/v1/relocations')
  assert.deepEqual(
    body.map(({ kind }: Relocation) => kind),
    ['rebalance', 'drain'],
  )
})
