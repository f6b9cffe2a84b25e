import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAboutMachine } from './about-machine.ts'

test('an event is about the machine that its detail names', () => {
  assert.ok(isAboutMachine({ kind: 'machine_cordoned', detail: 'worker1: memory pressure' }, 'worker1'))
  assert.ok(isAboutMachine({ kind: 'join_token_created', detail: 'worker1 as a worker' }, 'worker1'))
})

test('worker1 is not worker10, and an app of that name is no machine', () => {
  assert.equal(isAboutMachine({ kind: 'machine_activated', detail: 'worker10' }, 'worker1'), false)
  assert.equal(isAboutMachine({ kind: 'app_scaled', detail: 'worker1' }, 'worker1'), false)
  assert.equal(isAboutMachine({ kind: 'machine_activated', detail: null }, 'worker1'), false)
})
