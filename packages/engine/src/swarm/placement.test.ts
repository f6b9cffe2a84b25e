import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aService } from '../fake/a-service.ts'
import { specHashOf } from '../spec-hash.ts'
import { serviceSpecOf } from './service-spec.ts'

const placementOf = (placement: Parameters<typeof aService>[0]) => serviceSpecOf(aService(placement)).TaskTemplate

test('the labels that a machine must have are constraints, in an order that does not change', () => {
  const { Placement } = placementOf({ placement: { on: { zone: 'a', disk: 'ssd' }, spread: null } })
  assert.deepEqual(Placement, {
    Constraints: ['node.labels.berth.label.disk==ssd', 'node.labels.berth.label.zone==a'],
  })
})

test('spreading is one preference over the values of a label', () => {
  const { Placement } = placementOf({ placement: { on: {}, spread: 'zone' } })
  assert.deepEqual(Placement, {
    Preferences: [{ Spread: { SpreadDescriptor: 'node.labels.berth.label.zone' } }],
  })
})

test('a service that may run anywhere is written as before there was a choice', () => {
  assert.ok(!('Placement' in placementOf({})))
  assert.equal(specHashOf(aService()), specHashOf({ ...aService(), ...{ placement: undefined } }))
  assert.notEqual(specHashOf(aService()), specHashOf(aService({ placement: { on: { disk: 'ssd' }, spread: null } })))
})
