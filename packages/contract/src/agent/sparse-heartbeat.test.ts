import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BackendStatus } from './route-table.ts'
import { sparseHeartbeat, wholeHeartbeat } from './sparse-heartbeat.ts'
import type { Heartbeat } from './verbs.ts'

const backend = (name: string, requests = 0): BackendStatus => ({
  ...{ name, up: 1, known: 1, inFlight: 0, requests, errors: 0, lastCheck: null },
})
const heartbeat = (countedAtMs: number, ...backends: BackendStatus[]) =>
  ({
    ...{ stats: {}, sampledAtMs: countedAtMs, instances: [] },
    edge: { fingerprint: 'f', error: null, countedAtMs, backends },
  }) as unknown as Heartbeat

const before = heartbeat(1, backend('a'), backend('b'), backend('c'))

test('leaves out what is as it was, and what was left out is filled in again', () => {
  const next = heartbeat(2, backend('a'), backend('b', 5), backend('c'))
  const sparse = sparseHeartbeat(before, next)
  assert.deepEqual(sparse, heartbeat(2, backend('b', 5)))
  assert.deepEqual(sparse && wholeHeartbeat(before, sparse), next)
})

test('tells any change of a backend', () => {
  const changes: Partial<BackendStatus>[] = [
    { up: 0 },
    { known: 2 },
    { inFlight: 1 },
    { requests: 1 },
    { errors: 1 },
    { lastCheck: 'HTTP 500' },
  ]
  for (const change of changes) {
    const next = heartbeat(2, backend('a'), { ...backend('b'), ...change }, backend('c'))
    assert.equal(sparseHeartbeat(before, next)?.edge.backends.length, 1, JSON.stringify(change))
  }
})

test('where backends came, went or changed places, the whole has to be told', () => {
  assert.equal(sparseHeartbeat(before, heartbeat(2, backend('a'), backend('b'))), undefined)
  assert.equal(sparseHeartbeat(before, heartbeat(2, backend('a'), backend('c'), backend('b'))), undefined)
  assert.equal(sparseHeartbeat(before, heartbeat(2, ...before.edge.backends, backend('d'))), undefined)
})

test('what is as before is kept as the same object', () => {
  const whole = wholeHeartbeat(before, heartbeat(2, backend('b', 5)))
  assert.equal(whole.edge.backends[0], before.edge.backends[0])
  assert.equal(wholeHeartbeat(before, heartbeat(3)).edge.backends, before.edge.backends)
})

test('something new of a backend that was never told is refused', () => {
  assert.throws(() => wholeHeartbeat(before, heartbeat(2, backend('x'))), { code: 'conflict' })
})
