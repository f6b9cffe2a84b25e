import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine, fakeEngine, type ObservedMachine } from '@berth/engine'
import type { Clock } from '../edge/clock.ts'
import { serverReturn } from './server-return.ts'

const paused = { availability: 'pause', isSchedulable: false, cordonLabel: 'pressure' } as const

/** A manager on a clock that jumps; the server finds its place once the machine has been open for some looks. */
function setUp({ machine = paused as Partial<ObservedMachine>, isManager = true, looksUntilPlaced = 2 } = {}) {
  const fake = fakeEngine({ machines: [aMachine(machine)] })
  const stop = new AbortController()
  const openedAtMs: number[] = []
  let nowMs = 0
  let untilMs = 0
  let left = looksUntilPlaced
  const clock: Clock = {
    nowMs: () => nowMs,
    async wait(durationMs) {
      nowMs += durationMs
      if (nowMs >= untilMs) stop.abort()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  const parts = serverReturn({
    engine: {
      ...fake.engine,
      openMachine(...call) {
        openedAtMs.push(nowMs)
        return fake.engine.openMachine(...call)
      },
    },
    info: async () => ({ machineId: 'machine-1', isManager }),
    async isServerWaitingFor() {
      const isOpen = (await fake.engine.observe()).machines.some(({ isOpened }) => isOpened)
      if (isOpen) left -= 1
      return left > 0
    },
    clock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  })
  async function run(ms: number) {
    untilMs = ms
    await parts.run(stop.signal)
    return (await fake.engine.observe()).machines[0]
  }
  return { ...parts, run, openedAtMs }
}

test('opens the machine once no server was there for ten seconds, and pauses it again when the server is placed', async () => {
  const { run, openedAtMs } = setUp()
  const machine = await run(60_000)
  assert.deepEqual(openedAtMs, [10_000])
  assert.deepEqual([machine?.availability, machine?.isOpened], ['pause', false])
})

test('does nothing while a server is there, on a worker, and where somebody else paused the machine', async () => {
  const linked = setUp()
  linked.setReach('linked')
  for (const one of [linked, setUp({ isManager: false }), setUp({ machine: { ...paused, cordonLabel: null } })]) {
    await one.run(60_000)
    assert.deepEqual(one.openedAtMs, [])
  }
})

test('closes what was left open', async () => {
  const { run, openedAtMs } = setUp({ machine: { ...paused, isOpened: true }, looksUntilPlaced: 0 })
  assert.equal((await run(15_000))?.isOpened, false)
  assert.deepEqual(openedAtMs, [])
})
