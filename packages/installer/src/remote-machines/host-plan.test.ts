import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planHost, planHostUndo } from './host-plan.ts'
import type { RemoteFacts } from './remote-facts.ts'
import type { HostChange } from './remote-record.ts'

const bare = { hostName: 'box', isEngineInstalled: false, hasDockerClient: false, engine: undefined, hasSystemd: true }
const plan = (change: Partial<RemoteFacts>, name = 'box') => planHost(name, { ...bare, ...change } as RemoteFacts)
const engine = { version: '26.1.5', apiVersion: '1.45', swarm: 'none' as const, ownPorts: [] }

test('a bare machine gets an engine, which is then started as its system does that', () => {
  assert.deepEqual(
    plan({}).map(({ kind }) => kind),
    ['installPackages', 'startEngine'],
  )
  assert.deepEqual(plan({}).at(-1), { kind: 'startEngine', by: 'systemd' })
  assert.deepEqual(plan({ hasSystemd: false }).at(-1), { kind: 'startEngine', by: 'daemon' })
})

test('an engine that runs is left as it is', () => {
  assert.deepEqual(plan({ isEngineInstalled: true, hasDockerClient: true, engine }), [])
})

test('an engine without its client gets that one only', () => {
  assert.deepEqual(plan({ isEngineInstalled: true })[0], { kind: 'installPackages', names: ['docker-cli'] })
})

test('a machine is renamed first, as its engine goes by the same name', () => {
  assert.deepEqual(plan({}, 'web1')[0], { kind: 'rename', from: 'box', to: 'web1' })
})

test('changes are undone in reverse: the engine stops before its packages go', () => {
  const changes: HostChange[] = [
    { kind: 'rename', from: 'box', to: 'web1', hostsFile: '' },
    { kind: 'installPackages', names: ['docker.io'], emptyFolders: [] },
    { kind: 'startEngine', by: 'daemon' },
  ]
  assert.deepEqual(
    planHostUndo(changes).map(({ kind }) => kind),
    ['startEngine', 'installPackages', 'rename'],
  )
})
