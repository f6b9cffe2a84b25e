import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BuildMachine, explainQueue, leastFreeDiskBytes, planBuilds, positionsOf } from './build-plan.ts'
import { aBuild } from './test-build.ts'

const GiB = 1024 ** 3
const machine = (name: string, change: Partial<BuildMachine> = {}): BuildMachine => ({
  ...{ name, givesSecrets: true, freeCpuMillis: 2_000, freeMemoryBytes: 4 * GiB, freeDiskBytes: 20 * GiB },
  ...change,
})
const nowhere = () => null
const queued = (id: string, app = id) => aBuild({ id, app, state: 'queued' })
const running = (id: string, app: string, on: string) => aBuild({ id, app, state: 'running', machine: on })

test('builds begin in order, each on a machine of its own, the first where there is most room', () => {
  const plan = planBuilds(
    [queued('b1'), queued('b2'), queued('b3')],
    [machine('small', { freeCpuMillis: 500 }), machine('large')],
    nowhere,
  )
  assert.deepEqual(plan, [
    { buildId: 'b1', machine: 'large' },
    { buildId: 'b2', machine: 'small' },
  ])
})

test('a machine that builds takes no second build', () => {
  assert.deepEqual(planBuilds([running('b0', 'other', 'm1'), queued('b1')], [machine('m1')], nowhere), [])
})

test('the builds of one app run one after the other, whatever is free, and hold up no other app', () => {
  const underWay = [running('b1', 'shop', 'm1'), queued('b2', 'shop'), queued('b3', 'shop'), queued('b4', 'blog')]
  assert.deepEqual(planBuilds(underWay, [machine('m1'), machine('m2'), machine('m3')], nowhere), [
    { buildId: 'b4', machine: 'm2' },
  ])
})

test('an app is built where it was built before, for the cache, unless elsewhere is more than twice the room', () => {
  const before = machine('before', { freeCpuMillis: 1_100 })
  const on = (other: BuildMachine) => planBuilds([queued('b1')], [other, before], () => 'before')[0]?.machine
  assert.equal(on(machine('other')), 'before')
  assert.equal(on(machine('other', { freeCpuMillis: 4_000, freeMemoryBytes: 64 * GiB })), 'other')
})

test('a machine whose disk is nearly full builds nothing', () => {
  const full = machine('m1', { freeDiskBytes: leastFreeDiskBytes - 1 })
  assert.deepEqual(planBuilds([queued('b1')], [full], nowhere), [])
})

test('a build with secrets goes only where it can be given them', () => {
  const secret = aBuild({ id: 'b1', secretNames: ['TOKEN'] })
  const [able, unable] = [machine('able', { freeCpuMillis: 500 }), machine('unable', { givesSecrets: false })]
  assert.deepEqual(planBuilds([secret], [able, unable], nowhere), [{ buildId: 'b1', machine: 'able' }])
  assert.deepEqual(planBuilds([secret], [unable], nowhere), [])
  assert.match(explainQueue(secret, [secret], [unable]) ?? '', /no machine can give secrets/)
  assert.equal(planBuilds([aBuild({ id: 'b1' })], [unable], nowhere).length, 1)
})

test('an archive that is still on its way has no place in the queue', () => {
  const waiting = aBuild({ id: 'b0', state: 'waiting' })
  assert.deepEqual(planBuilds([waiting], [machine('m1')], nowhere), [])
  assert.deepEqual(
    [...positionsOf([waiting, queued('b1'), queued('b2')])],
    [
      ['b1', 1],
      ['b2', 2],
    ],
  )
})

test('a build that waits says what for', () => {
  const build = queued('b2', 'shop')
  assert.match(
    explainQueue(build, [running('b1', 'shop', 'm1'), build], [machine('m1')]) ?? '',
    /build b1 of the same app/,
  )
  assert.match(explainQueue(build, [running('b1', 'blog', 'm1'), build], [machine('m1')]) ?? '', /all are building/)
  assert.match(explainQueue(build, [build], []) ?? '', /no machine/)
  assert.match(explainQueue(build, [build], [machine('m1', { freeDiskBytes: 0 })]) ?? '', /2 GiB of free disk/)
  assert.equal(explainQueue(build, [build], [machine('m1')]), null)
})
