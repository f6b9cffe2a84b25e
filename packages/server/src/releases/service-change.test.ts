import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyChange, defaultService } from './service-change.ts'

const service = { ...defaultService, image: 'web:1', port: 80, env: { A: '1', B: '2' } }

test('what a change leaves out stays as it was', () => {
  assert.deepEqual(applyChange(service, { image: 'web:2' }), { ...service, image: 'web:2' })
})

test('a variable is set by name and removed by null', () => {
  assert.deepEqual(applyChange(service, { env: { A: null, C: '3' } }).env, { B: '2', C: '3' })
})

test('one limit changes without the others', () => {
  const changed = applyChange(service, { resources: { cpuMillis: 150 } })
  assert.deepEqual(changed.resources, { ...service.resources, cpuMillis: 150 })
})

test('a reservation is taken back by null', () => {
  const reserving = applyChange(service, { resources: { reservedCpuMillis: 0, reservedMemoryBytes: 1024 ** 2 } })
  const changed = applyChange(reserving, { resources: { reservedMemoryBytes: null } })
  assert.deepEqual(changed.resources, { ...service.resources, reservedCpuMillis: 0 })
})

test('conditions on machines are set by label and taken away by null', () => {
  const placed = applyChange(service, { placement: { on: { disk: 'ssd', zone: 'a' }, spread: 'rack' } })
  assert.deepEqual(placed.placement, { on: { disk: 'ssd', zone: 'a' }, spread: 'rack' })
  const changed = applyChange(placed, { placement: { on: { disk: null } } })
  assert.deepEqual(changed.placement, { on: { zone: 'a' }, spread: 'rack' })
  assert.deepEqual(applyChange(placed, { image: 'web:2' }).placement, placed.placement)
})

test('a service that may run anywhere again says nothing of it', () => {
  const placed = applyChange(service, { placement: { spread: 'rack' } })
  assert.deepEqual(applyChange(placed, { placement: { spread: null } }), service)
})

test('null takes the port away and makes the service a worker', () => {
  assert.equal('port' in applyChange(service, { port: null }), false)
})

test('a reservation above its limit is refused in words', () => {
  const change = { resources: { reservedMemoryBytes: 1024 ** 3 } }
  assert.throws(() => applyChange(service, change), /reservation of 1 GiB of memory is above the limit of 512 MiB/)
  assert.throws(() => applyChange(service, { resources: { cpuMillis: 100, reservedCpuMillis: 200 } }), /0\.2 cores/)
})
