import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backend, EdgeTruth, ServiceAddresses } from '@berth/contract'
import { parseStat } from '../edge/haproxy-answers.ts'
import type { Repair } from './repair-plan.ts'
import type { ServerState } from './server-states.ts'
import { truthCheck } from './truth-check.ts'

const shop: Backend = { name: 'shop', network: 'n', port: 80, healthPath: '/', replayUnsafeRequests: false, slots: 8 }
const signal = new AbortController().signal

/** An edge that answers as the test says, and takes every repair. */
function checkOver({ running = ['10.0.1.5'], rows = ['i1,UP,L7OK,,10.0.1.5:80,'] } = {}) {
  const world = {
    nowMs: 0,
    told: new Map<string, ServiceAddresses>([['shop', { service: 'shop', network: 'n', running, passing: [] }]]) as
      | Map<string, ServiceAddresses>
      | undefined,
    rows,
    servers: [] as ServerState[],
    isSeen: true,
    looks: 0,
    repairs: [] as Repair['kind'][],
    truth: undefined as EdgeTruth | undefined,
  }
  const parsed = () =>
    parseStat(
      ['# pxname,svname,status,check_status,last_chk,addr,', ...world.rows.map((row) => `shop,${row}`)].join('\n'),
    )
  const { pass } = truthCheck({
    work: {
      look: async () => {
        world.looks += 1
        return world.servers
      },
      lookUp: async () => new Set<string>(),
      apply: async ({ kind }) => {
        world.repairs.push(kind)
        return true
      },
    },
    told: { services: () => world.told },
    seen: () => (world.isSeen ? { backends: [shop], rows: parsed() } : undefined),
    publish: (truth) => {
      world.truth = truth
    },
    clock: { nowMs: () => world.nowMs },
  })
  const passAt = async (nowMs: number) => {
    world.nowMs = nowMs
    await pass(signal)
  }
  return { world, passAt }
}

const both = ['10.0.1.5', '10.0.1.6']

test('an edge that is right is asked nothing more after the first time', async () => {
  const { world, passAt } = checkOver()
  for (const nowMs of [0, 2_000, 60_000]) await passAt(nowMs)
  assert.equal(world.looks, 1)
  assert.deepEqual(world.repairs, [])
  assert.deepEqual([world.truth?.isInformed, world.truth?.missing, world.truth?.ghosts], [true, 0, 0])
})

test('a difference is waited out before it counts, and then repaired', async () => {
  const { world, passAt } = checkOver({ running: both })
  await passAt(0)
  await passAt(5_000)
  assert.deepEqual([world.truth?.missing, world.repairs], [0, []])
  await passAt(6_000)
  assert.deepEqual([world.truth?.missing, world.repairs], [1, ['enter']])
})

test('a difference that went away in between begins anew', async () => {
  const { world, passAt } = checkOver({ running: both })
  await passAt(0)
  world.rows = ['i1,UP,L7OK,,10.0.1.5:80,', 'i2,UP,L7OK,,10.0.1.6:80,']
  await passAt(4_000)
  world.rows = ['i1,UP,L7OK,,10.0.1.5:80,']
  await passAt(6_000)
  await passAt(8_000)
  assert.deepEqual(world.repairs, [])
})

test('an old word of the server repairs nothing, and counts nothing', async () => {
  const { world, passAt } = checkOver({ running: both })
  await passAt(0)
  const { told } = world
  world.told = undefined
  await passAt(7_000)
  assert.deepEqual([world.truth?.isInformed, world.repairs], [false, []])
  world.told = told
  await passAt(8_000)
  assert.deepEqual(world.repairs, [], 'What was so before the silence is not known to have lasted')
})

test('an entered instance that a reload took away is entered again at once', async () => {
  const { world, passAt } = checkOver({ running: both })
  await passAt(0)
  await passAt(6_000)
  world.rows = ['i1,UP,L7OK,,10.0.1.5:80,', 'ip-10-0-1-6,UP,L7OK,,10.0.1.6:80,']
  await passAt(8_000)
  world.isSeen = false
  await passAt(10_000)
  world.isSeen = true
  world.rows = ['i1,UP,L7OK,,10.0.1.5:80,']
  await passAt(12_000)
  assert.deepEqual(world.repairs, ['enter', 'enter'])
})

test('what was repaired is counted by kind', async () => {
  const { world, passAt } = checkOver()
  const closed: ServerState = {
    ...{ backend: 'shop', server: 'i2', address: '', isClosed: true, isDraining: false },
    ...{ isUnresolved: true, hasPassedCheck: false },
  }
  world.servers = [closed]
  await passAt(0)
  assert.deepEqual(world.truth?.repairs, { added: 0, closed: 0, reopened: 1 })
})

test('an instance that cannot be reached is told once that has lasted', async () => {
  const { world, passAt } = checkOver({ rows: ['i1,DOWN,L4TOUT,,10.0.1.5:80,'] })
  await passAt(0)
  assert.deepEqual(world.truth?.unreachable, [])
  await passAt(6_000)
  assert.deepEqual(world.truth?.unreachable, [{ backend: 'shop', address: '10.0.1.5', isRefused: false }])
})
