import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine, fakeEngine } from '@berth/engine'
import pino from 'pino'
import { Registry } from 'prom-client'
import type { EdgeView } from '../routes/edges.ts'
import { openingReconciler } from './opening-reconciler.ts'

const paused = { availability: 'pause', isSchedulable: false, cordonLabel: 'person' } as const
const { signal } = new AbortController()

/** A cordoned machine, whose edge can be told, and a clock that is moved. */
async function setUp(isOpened = false) {
  const fake = fakeEngine({ machines: [aMachine({ ...paused, isOpened })] })
  const edge: EdgeView = {
    ...{ machine: 'm1', isCurrent: true },
    status: { fingerprint: null, error: null, countedAtMs: null, backends: [], joining: 'berth-project-new' },
  }
  const registry = new Registry()
  const opened: number[] = []
  let nowMs = 0
  let state = await fake.engine.observe()
  const refresh = async () => {
    state = await fake.engine.observe()
    return state
  }
  const pass = openingReconciler({
    engine: {
      openMachine: async (id, _openMs, ...more) => {
        opened.push(nowMs)
        await fake.engine.openMachine(id, 0, ...more)
      },
      closeMachine: fake.engine.closeMachine,
    },
    cluster: { currentWithin: () => state, refresh },
    routes: { edges: () => [edge] },
    registry,
    now: () => nowMs,
    log: pino({ level: 'silent' }),
  })
  async function run(untilMs: number) {
    for (; nowMs <= untilMs; nowMs += 500) await pass(signal).catch(() => undefined)
    await refresh().catch(() => undefined)
  }
  return { fake, run, opened, edge, machine: () => state.machines[0], metrics: () => registry.metrics() }
}

test('opens the machine, counts that, and leaves it cordoned', async () => {
  const { run, opened, machine, metrics } = await setUp()
  await run(1_500)
  assert.deepEqual(opened, [1_000])
  assert.deepEqual([machine()?.availability, machine()?.isOpened], ['pause', false])
  assert.match(await metrics(), /berth_machine_openings_total\{kind="open"\} 1/)
})

test('an opening that fails is tried again after the same pauses', async () => {
  const { fake, run, opened } = await setUp()
  await run(500)
  fake.outage.error = new Error('away')
  await run(2_500)
  assert.deepEqual(opened, [])
  fake.outage.error = undefined
  await run(3_500)
  assert.deepEqual(opened, [3_000])
})

test('closes what was left open', async () => {
  const { run, edge, machine, metrics } = await setUp(true)
  edge.status.joining = null
  await run(11_000)
  assert.equal(machine()?.isOpened, false)
  assert.match(await metrics(), /berth_machine_openings_total\{kind="close"\} 1/)
})
