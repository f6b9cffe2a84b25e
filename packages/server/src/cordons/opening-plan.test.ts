import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine, type ClusterState, type ObservedInstance, type ObservedMachine } from '@berth/engine'
import type { EdgeView } from '../routes/edges.ts'
import { mayBeOpened, noteOpening, type OpeningMemories, planOpening, rememberOpenings } from './opening-plan.ts'

const paused = { availability: 'pause', isSchedulable: false, cordonLabel: 'person' } as const
const drained = { availability: 'drain', isSchedulable: false, cordonLabel: 'drain' } as const
const machine = (name: string, change: Partial<ObservedMachine> = {}) => aMachine({ id: name, name, ...change })
const edge = (name: string, status: Partial<EdgeView['status']> = {}): EdgeView => ({
  machine: name,
  isCurrent: true,
  status: { fingerprint: 'f', error: null, countedAtMs: 1, backends: [], ...status },
})
const stateOf = (machines: ObservedMachine[], change: Partial<ClusterState> = {}): ClusterState => ({
  ...{ machines, services: [], instances: [], reserved: {} },
  ...change,
})
const instance = (machineId: string, state: ObservedInstance['state'] = 'running') =>
  ({ machineId, serviceName: 'shop-web-r1', state }) as ObservedInstance
const waits = { joining: 'berth-project-new' }

/** Looks each half second, opens what is to be opened, and tells when that was. */
function watch(machines: ObservedMachine[], edgesAt: (nowMs: number) => EdgeView[], untilMs: number) {
  const steps: string[] = []
  let memories: OpeningMemories = new Map()
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 500) {
    const look = { state: stateOf(machines), edges: edgesAt(nowMs), nowMs }
    memories = rememberOpenings(memories, look)
    const step = planOpening(memories, look)
    if (!step) continue
    steps.push(`${nowMs / 1000} ${step.kind} ${step.machine.name}`)
    if (step.kind === 'open') memories = noteOpening(memories, step.machine.id, nowMs)
  }
  return steps
}

test('a paused machine whose edge waits to join a network is opened, and ever less often while that does not help', () => {
  const steps = watch([machine('m1', paused)], () => [edge('m1', waits)], 190_000)
  const openedAt = [1, 3, 7, 15, 31, 63, 123, 183]
  assert.deepEqual(
    steps,
    openedAt.map((atS) => `${atS} open m1`),
  )
})

test('an edge that says what is wrong waits as well, also on a drained machine', () => {
  const error = 'The edge could not be started: attaching to network failed'
  assert.deepEqual(
    watch([machine('m1', drained)], () => [edge('m1', { error })], 2_000),
    ['1 open m1'],
  )
})

test('a moment of waiting is none, and neither is an edge that only serves an older table', () => {
  const briefly = (nowMs: number) => [edge('m1', nowMs < 1_000 ? waits : {})]
  assert.deepEqual(watch([machine('m1', paused)], briefly, 30_000), [])
  const stale = { ...edge('m1'), isCurrent: false }
  assert.deepEqual(
    watch([machine('m1', paused)], () => [stale], 30_000),
    [],
  )
})

test('moments in between in which an edge tries again do not make it a new trouble, a quiet while does', () => {
  const flickering = (nowMs: number) => [edge('m1', nowMs % 2_000 === 0 ? {} : waits)]
  assert.equal(watch([machine('m1', paused)], flickering, 30_000).length, 4)
  const twice = (nowMs: number) => [edge('m1', nowMs < 2_000 || nowMs > 15_000 ? waits : {})]
  assert.deepEqual(watch([machine('m1', paused)], twice, 17_000), ['1 open m1', '16.5 open m1'])
})

test('what Berth did not pause is left alone, and so is what is not ready or not connected', () => {
  const foreign = { ...paused, cordonLabel: null }
  for (const change of [foreign, {}, { ...paused, isReady: false }]) {
    assert.deepEqual(
      watch([machine('m1', change)], () => [edge('m1', waits)], 5_000),
      [],
    )
  }
  assert.deepEqual(
    watch([machine('m1', paused)], () => [], 5_000),
    [],
  )
})

test('one machine at a time, in turn', () => {
  const both = [machine('m1', paused), machine('m2', paused)]
  const edges = [edge('m1', waits), edge('m2', waits)]
  assert.deepEqual(
    watch(both, () => edges, 3_500),
    ['1 open m1', '1.5 open m2', '3 open m1', '3.5 open m2'],
  )
})

test('one that was left open is closed', () => {
  const opened = machine('m1', { ...paused, isOpened: true })
  assert.deepEqual(
    watch([opened], () => [edge('m1')], 10_500),
    ['10.5 close m1'],
  )
})

test('a machine that is being emptied stays closed, as the engine would end what is to leave it', () => {
  const draining = machine('m1', { ...paused, cordonLabel: 'drain' })
  assert.equal(mayBeOpened(draining, stateOf([draining], { instances: [instance('m1', 'stopping')] })), false)
  assert.equal(mayBeOpened(draining, stateOf([draining], { instances: [instance('m1', 'complete')] })), true)
  const cordoned = machine('m1', paused)
  const instances = [instance('m1')]
  const services = [{ name: 'shop-web-r1', avoids: ['m1'] }] as ClusterState['services']
  assert.equal(mayBeOpened(cordoned, stateOf([cordoned], { instances })), true)
  assert.equal(mayBeOpened(cordoned, stateOf([cordoned], { instances, services })), false)
})

test('it is open for as long as the edge needs: to join, or to be tried again', () => {
  const openMsOf = (status: Partial<EdgeView['status']>) => {
    const look = { state: stateOf([machine('m1', paused)]), edges: [edge('m1', status)], nowMs: 0 }
    const step = planOpening(rememberOpenings(new Map(), look), { ...look, nowMs: 1_000 })
    return step?.kind === 'open' ? step.openMs : null
  }
  assert.deepEqual([openMsOf(waits), openMsOf({ error: 'not started' }), openMsOf({})], [1_500, 4_000, null])
})
