import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EdgeReport, type LocatedInstance, planReach } from './reach-plan.ts'

/** `a1`: the first instance on machine a. */
const instance = (id: string): LocatedInstance => ({
  instanceId: id,
  app: 'shop',
  serviceName: 'shop-web-r1',
  address: `10.0.0.${id}`,
  machineId: id[0] ?? '',
})
const all = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'].map(instance)
const report = (machineId: string, ...lost: string[]): EdgeReport => ({
  machineId,
  unreachable: lost.map((id) => ({ backend: 'shop-web-r1', address: `10.0.0.${id}`, isRefused: false })),
})
const lostOf = ({ lost }: ReturnType<typeof planReach>) => lost.map(({ instance: { instanceId } }) => instanceId)

test('where every edge reaches all, nothing is wrong', () => {
  assert.deepEqual(planReach([report('a'), report('b'), report('c')], all), { faults: [], lost: [] })
})

test('an instance that one edge cannot reach and others can is lost by itself', () => {
  const picture = planReach([report('a', 'b1'), report('b'), report('c')], all)
  assert.deepEqual(picture.faults, [])
  assert.deepEqual(picture.lost, [{ instance: instance('b1'), isSeenByOthers: true }])
})

test('an instance that no edge can reach is lost, and nobody sees it', () => {
  const picture = planReach([report('a', 'b1'), report('b', 'b1')], all)
  assert.deepEqual(picture.lost, [{ instance: instance('b1'), isSeenByOthers: false }])
})

test('a machine that nobody reaches has a network fault, and its instances are left alone', () => {
  const picture = planReach(
    [report('a', 'b1', 'b2'), report('b', 'a1', 'a2', 'c1', 'c2'), report('c', 'b1', 'b2')],
    all,
  )
  assert.deepEqual(picture, { faults: [{ machineId: 'b', peerIds: ['a', 'c'] }], lost: [] })
})

test('where two of many are not reached, as after a network was away, it is the network, and they are left alone', () => {
  const many = [...all, ...['b3', 'b4', 'b5'].map(instance)]
  const picture = planReach([report('a', 'b4', 'b5'), report('b'), report('c')], many)
  assert.deepEqual(picture, { faults: [{ machineId: 'a', peerIds: ['b'] }], lost: [] })
})

test('two machines that do not reach each other are one fault', () => {
  const picture = planReach([report('a', 'b1', 'b2'), report('b', 'a1', 'a2'), report('c')], all)
  assert.deepEqual(picture, { faults: [{ machineId: 'a', peerIds: ['b'] }], lost: [] })
})

test('an instance with trouble of its own is seen beside a fault of another machine', () => {
  const picture = planReach([report('a', 'b1', 'b2', 'c1'), report('b', 'a1', 'a2'), report('c')], all)
  assert.deepEqual(lostOf(picture), ['c1'])
})

test('one that refuses is not lost: its program is not ready', () => {
  const unreachable = report('a', 'b1').unreachable.map((one) => ({ ...one, isRefused: true }))
  const refused = { machineId: 'a', unreachable }
  assert.deepEqual(planReach([refused, report('b')], all).lost, [])
})
