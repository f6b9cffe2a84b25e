import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BackendStatus } from '@berth/contract'
import { backendAcross, type EdgeView } from './edges.ts'

const seen = (name: string, change: Partial<BackendStatus> = {}): BackendStatus => ({
  ...{ name, up: 2, known: 2, inFlight: 1, requests: 10, errors: 0, lastCheck: null },
  ...change,
})
const edge = (machine: string, ...backends: BackendStatus[]): EdgeView => ({
  machine,
  isCurrent: true,
  status: { fingerprint: 'f', error: null, countedAtMs: 1, backends },
})

test('a backend is as good as the edge that sees the least of it, and its requests are those of all', () => {
  const edges = [
    edge('a', seen('shop'), seen('blog')),
    edge('b', seen('shop'), seen('blog', { up: 1, errors: 3, lastCheck: 'HTTP 500' })),
  ]
  const across = { up: 1, known: 2, inFlight: 2, requests: 20, errors: 3, lastCheck: 'HTTP 500' }
  assert.deepEqual(backendAcross(edges, 'blog'), { name: 'blog', ...across })
})

test('an edge that lists its backends in another order is read all the same', () => {
  const edges = [
    edge('a', seen('shop'), seen('blog')),
    edge('b', seen('blog', { up: 0 }), seen('shop', { up: 1 })),
    edge('c', seen('docs'), seen('shop'), seen('blog')),
  ]
  assert.deepEqual([backendAcross(edges, 'shop')?.up, backendAcross(edges, 'blog')?.up], [1, 0])
})

test('a backend that one edge does not have is promised by none', () => {
  const edges = [edge('a', seen('shop'), seen('blog')), edge('b', seen('blog'))]
  assert.equal(backendAcross(edges, 'shop'), undefined)
  assert.equal(backendAcross([], 'shop'), undefined)
})

test('what edges told is not changed by looking at it', () => {
  const told = seen('shop')
  backendAcross([edge('a', told), edge('b', seen('shop', { up: 0 }))], 'shop')
  assert.equal(told.up, 2)
})
