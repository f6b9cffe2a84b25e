import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Release } from '@berth/contract'
import { formOf, readServiceForm, type ServiceForm } from './service-form.ts'

const MiB = 1024 ** 2
const service: Release['services'][number] = {
  name: 'web',
  image: 'nginx:stable',
  imageDigest: `nginx@sha256:${'0'.repeat(64)}`,
  envNames: [],
  port: 80,
  command: ['node', 'server.js'],
  resources: { memoryBytes: 256 * MiB, cpuMillis: 500 },
  healthCheck: { path: '/health' },
  replayUnsafeRequests: false,
  stopTimeoutMs: 10_000,
}
const read = (to: Partial<ServiceForm>) => readServiceForm({ ...formOf(service), ...to }, service)

test('a form that nobody touched changes nothing', () => {
  assert.deepEqual(read({}), { change: {}, faults: {}, words: [] })
  const odd = { ...service, command: ['sh', '-c', 'one\ntwo', ''], resources: { memoryBytes: 100_000_001 } }
  assert.deepEqual(readServiceForm(formOf(odd), odd).change, {})
})

test('only what differs is asked for', () => {
  const { change, faults, words } = read({ memory: '1G', reservedMemory: '128M', port: '8080', stopTimeout: '1m' })
  assert.deepEqual(change, {
    resources: { memoryBytes: 1024 * MiB, reservedMemoryBytes: 128 * MiB },
    port: 8080,
    stopTimeoutMs: 60_000,
  })
  assert.deepEqual(faults, {})
  assert.deepEqual(words, ['Memory limit: 1 GiB', 'Reserved memory: 128 MiB', 'Port: 8080', 'Time to stop: 1m'])
})

test('what is emptied is taken away where that is possible', () => {
  assert.deepEqual(read({ port: '', command: ' ', healthPath: '' }).change, {
    port: null,
    command: null,
    healthCheck: {},
  })
  assert.match(read({ memory: '' }).faults.memory ?? '', /cannot|not taken away/)
})

test('a command is one argument a line, or JSON where an argument has lines', () => {
  assert.deepEqual(read({ command: 'node\n--trace\n server.js ' }).change.command, ['node', '--trace', 'server.js'])
  assert.deepEqual(read({ command: '["sh", "-c", "a\\nb"]' }).change.command, ['sh', '-c', 'a\nb'])
  assert.ok(read({ command: '["sh", 1]' }).faults.command)
  assert.ok(read({ command: '[oops' }).faults.command)
})

test('what the server would refuse is said at its field', () => {
  const { faults } = read({
    cpu: '2000',
    memory: '1M',
    port: '70000',
    healthPath: 'health',
    stopTimeout: '1h',
    reservedCpu: 'lots',
  })
  assert.match(faults.cpu ?? '', /at most 1024 cores/)
  assert.match(faults.memory ?? '', /at least 6M/)
  assert.match(faults.port ?? '', /1 to 65535/)
  assert.match(faults.healthPath ?? '', /starts with "\/"/)
  assert.match(faults.reservedCpu ?? '', /0.25 or 250m/)
  assert.ok(faults.stopTimeout)
})

test('a reservation above the limit is said before it is deployed', () => {
  assert.match(read({ reservedMemory: '512M' }).faults.reservedMemory ?? '', /above the limit of 256 MiB/)
  assert.match(read({ reservedCpu: '0.4', cpu: '0.3' }).faults.reservedCpu ?? '', /above the limit of 0.3 cores/)
})

test('an empty reservation follows what is observed, and 0 keeps nothing free', () => {
  const reserved = { ...service, resources: { reservedMemoryBytes: 64 * MiB, reservedCpuMillis: 0 } }
  const form = formOf(reserved)
  assert.deepEqual([form.reservedMemory, form.reservedCpu], ['64M', '0'])
  const { change, words } = readServiceForm({ ...form, reservedMemory: '', reservedCpu: '0.1' }, reserved)
  assert.deepEqual(change.resources, { reservedMemoryBytes: null, reservedCpuMillis: 100 })
  assert.ok(words.includes('Reserved memory: from what is observed'))
})

test('placement is changed by label', () => {
  const placed = { ...service, placement: { on: { disk: 'ssd', zone: 'a' }, spread: null } }
  const { change, faults, words } = readServiceForm({ ...formOf(placed), on: 'disk=ssd', spread: 'rack' }, placed)
  assert.deepEqual(faults, {})
  assert.deepEqual(change.placement, { on: { zone: null }, spread: 'rack' })
  assert.deepEqual(words, ['Runs only where disk=ssd', 'Spread over the values of rack'])
})

test('a placement that cannot be is marked where it was typed', () => {
  const { faults } = read({ on: 'ssd', spread: 'A B' })
  assert.match(faults.on ?? '', /name=value/)
  assert.match(faults.spread ?? '', /a-z/)
})
