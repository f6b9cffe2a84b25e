import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SwarmTask } from './swarm-types.ts'
import { areWaitingFor } from './waiting-server.ts'

const task = (
  change: { state?: string; err?: string; desired?: string; role?: string; constraints?: string[] } = {},
) => {
  const {
    state = 'pending',
    err = 'no suitable node (1 node not available for new tasks)',
    desired = 'running',
  } = change
  const { role = 'server', constraints = ['node.id==node1'] } = change
  return {
    ...{ ID: 'task1', CreatedAt: '', DesiredState: desired, Status: { Timestamp: '', State: state, Err: err } },
    Spec: {
      ContainerSpec: { Image: 'berth', Labels: { 'berth.role': role } },
      Placement: { Constraints: constraints },
    },
  } as SwarmTask
}

test('a server waits for a machine when it finds none, beside those of its tasks that have ended', () => {
  assert.ok(areWaitingFor('node1', [task(), task({ state: 'failed', desired: 'shutdown' })]))
  assert.ok(areWaitingFor('node2', [task({ constraints: ['node.role==manager'] })]))
})

test('it does not while it runs, starts or waits for something else, or where there is none', () => {
  for (const state of ['running', 'starting', 'assigned'])
    assert.equal(areWaitingFor('node1', [task({ state })]), false)
  assert.equal(areWaitingFor('node1', [task(), task({ state: 'running' })]), false)
  assert.equal(areWaitingFor('node1', [task({ err: '' })]), false)
  assert.equal(areWaitingFor('node1', [task({ role: 'app' })]), false)
  assert.equal(areWaitingFor('node1', []), false)
})

test('nor for a machine that it may not run on', () => {
  assert.equal(areWaitingFor('node2', [task()]), false)
})
