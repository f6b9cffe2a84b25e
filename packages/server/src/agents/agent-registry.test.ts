import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EdgeStatus, Heartbeat, Hello } from '@berth/contract'
import { type AgentChannel, agentRegistry } from './agent-registry.ts'
import { idleStats } from './test-heartbeat.ts'

const hello: Hello = { machineId: 'id-1', name: 'one', version: '1', isManager: true }
const edge: EdgeStatus = { fingerprint: 'a', error: null, countedAtMs: null, backends: [] }
const heartbeat = (change: Partial<EdgeStatus> = {}): Heartbeat => ({
  stats: idleStats,
  sampledAtMs: 0,
  instances: [],
  edge: { ...edge, ...change },
})

function setUp() {
  let nowMs = 0
  const registry = agentRegistry({ now: () => nowMs })
  const changes: string[] = []
  registry.onChange(({ kind, agent }) => changes.push(`${kind} ${agent.name}`))
  const closed: string[] = []
  const link = (label: string) => ({
    channel: { label } as unknown as AgentChannel,
    close: () => void closed.push(label),
  })
  const sleep = (durationMs: number) => {
    nowMs += durationMs
  }
  return { registry, changes, closed, link, sleep }
}

test('a newer connection of a machine takes the place of the older', () => {
  const { registry, changes, closed, link } = setUp()
  const older = registry.add(hello, link('older'))
  const newer = registry.add(hello, link('newer'))
  assert.deepEqual(closed, ['older'])
  assert.deepEqual(registry.list(), [newer])
  registry.remove(older)
  assert.equal(registry.find('id-1'), newer, 'The end of the older does not remove the newer')
  assert.deepEqual(changes, ['connected one', 'gone one', 'connected one'])
})

test('a machine that joined anew under another id takes its own place', () => {
  const { registry, link, closed } = setUp()
  registry.add(hello, link('older'))
  registry.add({ ...hello, machineId: 'id-2' }, link('newer'))
  assert.deepEqual(closed, ['older'])
  assert.equal(registry.find('id-1'), undefined)
})

test('no machine can take the place of another', () => {
  const { registry, link, closed } = setUp()
  registry.add(hello, link('one'))
  assert.throws(() => registry.add({ ...hello, name: 'two' }, link('two')), { code: 'forbidden' })
  assert.deepEqual(closed, [])
})

test('the cluster is reached through the manager that has been there longest', () => {
  const { registry, link, sleep } = setUp()
  assert.throws(() => registry.managerChannel(), { code: 'engine_unavailable' })
  registry.add({ ...hello, machineId: 'w', name: 'worker', isManager: false }, link('worker'))
  assert.throws(() => registry.managerChannel(), { code: 'engine_unavailable' })
  const first = registry.add({ ...hello, machineId: 'z', name: 'z' }, link('first'))
  sleep(1)
  const second = registry.add({ ...hello, machineId: 'a', name: 'a' }, link('second'))
  assert.equal(registry.managerChannel(), first.channel)
  registry.remove(first)
  assert.equal(registry.managerChannel(), second.channel)
})

test('tells of an edge only what is new, and the requests in flight are not', () => {
  const { registry, changes, link } = setUp()
  const agent = registry.add(hello, link('one'))
  const backend = { name: 'shop-web-r1', up: 1, known: 1, inFlight: 0, requests: 0, errors: 0, lastCheck: null }
  registry.heard(agent, heartbeat({ backends: [backend] }))
  registry.heard(agent, heartbeat({ countedAtMs: 5, backends: [{ ...backend, inFlight: 7, requests: 9 }] }))
  assert.deepEqual(changes, ['connected one', 'edge_changed one'])
  registry.heard(agent, heartbeat({ backends: [{ ...backend, up: 0 }] }))
  assert.deepEqual(changes, ['connected one', 'edge_changed one', 'edge_changed one'])
})

test('a stir is passed on, but not that of a connection whose place was taken', () => {
  const { registry, changes, link } = setUp()
  const older = registry.add(hello, link('older'))
  registry.stirred(older)
  assert.deepEqual(changes, ['connected one', 'stirred one'])
  registry.add(hello, link('newer'))
  changes.length = 0
  registry.stirred(older)
  assert.deepEqual(changes, [])
})

test('remembers when a machine that is gone was last seen', () => {
  const { registry, link, sleep } = setUp()
  const agent = registry.add(hello, link('one'))
  sleep(500)
  registry.heard(agent, heartbeat())
  assert.equal(agent.lastSeenAtMs, 500)
  registry.remove(agent)
  assert.equal(registry.lastSeenAtMs('id-1'), 500)
  assert.equal(registry.lastSeenAtMs('id-2'), undefined)
})

test('a listener that has ended hears nothing more', () => {
  const { registry, link } = setUp()
  const heard: string[] = []
  const end = registry.onChange(({ kind }) => heard.push(kind))
  end()
  registry.add(hello, link('one'))
  assert.deepEqual(heard, [])
})
