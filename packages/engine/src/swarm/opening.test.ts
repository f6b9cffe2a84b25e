import assert from 'node:assert/strict'
import { test } from 'node:test'
import { machineOf } from './observed-machine.ts'
import { closedSpecOf, openedSpecOf } from './opening.ts'
import type { SwarmNode, SwarmNodeSpec } from './swarm-types.ts'

const nodeOf = (Availability: SwarmNodeSpec['Availability'], Labels: Record<string, string>): SwarmNode => ({
  ID: 'node1',
  Version: { Index: 9 },
  Spec: { Role: 'worker', Availability, Labels },
  Description: { Hostname: 'm1' },
  Status: { State: 'ready' },
})
const becoming = (node: SwarmNode, spec: SwarmNodeSpec | null): SwarmNode => ({ ...node, Spec: spec ?? node.Spec })
const seenAs = (node: SwarmNode) => {
  const { availability, cordonLabel, isSchedulable, isOpened } = machineOf(node, [])
  return { availability, cordonLabel, isSchedulable, isOpened }
}

for (const availability of ['pause', 'drain'] as const) {
  test(`a machine on ${availability} is active while it is open, is seen as before, and is as before again`, () => {
    const before = nodeOf(availability, { 'berth.cordon': 'drain', rack: '7' })
    const open = becoming(before, openedSpecOf(before))
    assert.equal(open.Spec.Availability, 'active')
    assert.deepEqual(seenAs(open), { ...seenAs(before), isOpened: true })
    assert.deepEqual(closedSpecOf(open), before.Spec)
  })
}

test('what Berth did not pause is not opened', () => {
  assert.equal(openedSpecOf(nodeOf('pause', {})), null)
  assert.equal(openedSpecOf(nodeOf('active', {})), null)
  assert.equal(openedSpecOf(nodeOf('active', { 'berth.cordon': 'person' })), null)
})

test('one that is open already stays as it is until it is closed', () => {
  const open = nodeOf('active', { 'berth.cordon': 'person', 'berth.opened': 'pause' })
  assert.equal(openedSpecOf(open), open.Spec)
})

test('what a person did while it was open stands', () => {
  const drained = nodeOf('drain', { 'berth.cordon': 'person', 'berth.opened': 'pause' })
  assert.equal(closedSpecOf(drained)?.Availability, 'drain')
  const released = nodeOf('active', { 'berth.opened': 'pause' })
  assert.deepEqual(closedSpecOf(released), { ...released.Spec, Labels: {} })
  assert.equal(closedSpecOf(nodeOf('active', {})), null)
})

test('one that a person activated past Berth is what they made it', () => {
  const active = nodeOf('active', { 'berth.cordon': 'person' })
  assert.deepEqual([seenAs(active).availability, seenAs(active).isSchedulable], ['active', true])
})
