import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as api from '@berth/contract'
import { PlatformError, type Relocation } from '@berth/contract'
import { fakeBerth, hangUp } from '../fake-berth.ts'
import { stepLinesOf } from '../relocations/watch-relocation.ts'
import { sampleRelocation, sampleTime } from '../samples.ts'

const done: Relocation = {
  ...sampleRelocation,
  state: 'succeeded',
  words: '1 service moved',
  steps: sampleRelocation.steps.map((step) => ({
    ...step,
    state: 'done',
    words: '2 instances moved',
    finishedAt: sampleTime,
  })),
  finishedAt: '2026-03-01T10:00:07.000Z',
}
const relocation = (change: Partial<Relocation>): Relocation => ({ ...sampleRelocation, ...change })

async function* events(...relocations: Relocation[]) {
  yield* relocations
}

test('a drain is followed to its end, over a connection that breaks', async (t) => {
  const { on, berth } = await fakeBerth(t)
  let streams = 0
  on(api.drainMachine, ({ params, body }) => {
    assert.deepEqual([params.machine, body.force], ['alpha', true])
    return relocation({ state: 'pending', words: 'pausing alpha', steps: [] })
  })
  on(api.followRelocation, () => {
    streams += 1
    if (streams === 1) throw hangUp
    return events(sampleRelocation, done)
  })
  const { code, stdout } = await berth('machines', 'drain', 'alpha', '--force')
  assert.equal(code, 0)
  assert.match(
    stdout,
    /Draining alpha[\s\S]*done +hello +0\.0 s +2 instances moved[\s\S]*✓ alpha is drained: 1 service moved \(7\.0 s\)/,
  )
})

test('a drain that fails is exit code 1, with the reason', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const failure = { message: 'hello could not be moved off alpha', hint: 'Make room' }
  on(api.drainMachine, () => sampleRelocation)
  on(api.followRelocation, () => events({ ...sampleRelocation, state: 'failed', words: null, failure }))
  const { code, stderr } = await berth('machines', 'drain', 'alpha')
  assert.equal(code, 1)
  assert.match(stderr, /error: hello could not be moved off alpha\nhint: Make room/)
})

test('a drain that would leave something without a place is refused with what is missing', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.drainMachine, () => {
    throw new PlatformError('does_not_fit', 'Without alpha not everything has a place', { hint: 'Add a machine' })
  })
  const { code, stderr } = await berth('machines', 'drain', 'alpha', '--detach')
  assert.equal(code, 1)
  assert.match(stderr, /Without alpha not everything has a place/)
})

test('what has not begun says what it waits for', () => {
  const waiting: Relocation = { ...sampleRelocation, state: 'pending', words: 'waits for the drain of beta', steps: [] }
  assert.deepEqual(
    stepLinesOf(waiting).map(({ detail }) => detail),
    ['waits for the drain of beta'],
  )
  assert.deepEqual(stepLinesOf({ ...done, steps: [] }), [])
})

test('activating says whether it cancelled a drain', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.activateMachine, () => ({ machine: 'alpha', cancelled: null }))
  assert.match((await berth('machines', 'activate', 'alpha')).stdout, /^alpha takes instances again/)
  on(api.activateMachine, () => ({ machine: 'alpha', cancelled: relocation({ state: 'cancelled' }) }))
  assert.match((await berth('machines', 'activate', 'alpha')).stdout, /^Cancelled the drain of alpha/)
})

test('a rebalance shows its plan first, and is made only when that is wanted', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  const moves = [{ app: 'hello', service: 'web', from: 'alpha', to: 'beta' }]
  on(api.planRebalance, () => ({ moves, skipped: [{ app: 'shop', service: 'web', reason: 'it is being deployed' }] }))
  const dry = await berth('machines', 'rebalance', '--dry-run')
  assert.match(dry.stdout, /APP +SERVICE +FROM +TO\nhello +web +alpha +beta/)
  assert.match(dry.stderr, /Left as it is: shop web, as it is being deployed/)
  assert.match((await berth('machines', 'rebalance')).stderr, /needs --yes where nobody can be asked/)
  assert.ok(!calls.includes('POST /v1/rebalance'))
  on(api.startRebalance, () => relocation({ ...done, kind: 'rebalance', machine: null, words: '1 instance moved' }))
  const { code, stdout } = await berth('machines', 'rebalance', '--yes')
  assert.equal(code, 0)
  assert.match(stdout, /✓ Rebalanced: 1 instance moved/)
})

test('where nothing needs to move, nothing is started', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.planRebalance, () => ({ moves: [], skipped: [] }))
  const { code, stdout } = await berth('machines', 'rebalance', '--yes')
  assert.deepEqual([code, stdout], [0, 'Everything is spread as evenly as it can be.\n'])
})

test('a rebalance can be cancelled, and left to Berth', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const running: Relocation = { ...sampleRelocation, kind: 'rebalance', machine: null }
  on(api.listRelocations, () => [running, done])
  on(api.cancelRelocation, ({ params }) => relocation({ ...running, id: params.relocationId, state: 'cancelled' }))
  assert.match((await berth('machines', 'rebalance', '--cancel')).stdout, /^Cancelled the rebalance/)
  on(api.listRelocations, () => [done])
  assert.equal((await berth('machines', 'rebalance', '--cancel')).code, 1)
  on(api.changeClusterSettings, ({ body }) => ({ rebalancesByItself: body.rebalancesByItself === true }))
  assert.match((await berth('machines', 'rebalance', '--automatic', 'on')).stdout, /by itself from now on/)
})

test('relocations are listed with how they went', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.listRelocations, () => [sampleRelocation, done])
  const { stdout } = await berth('machines', 'relocations')
  assert.match(stdout, /drain +alpha +running .*0 of 1 service moved/)
  assert.match(stdout, /drain +alpha +succeeded .*7\.0 s .*1 service moved/)
})
