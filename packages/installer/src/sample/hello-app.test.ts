import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleAction } from './hello-app.ts'

test('deploys the sample where there is none, and never makes a second release of one that serves', () => {
  assert.equal(sampleAction(undefined), 'deploy')
  assert.equal(sampleAction({ state: 'empty' }), 'deploy')
  assert.equal(sampleAction({ state: 'running' }), 'leave')
  assert.equal(sampleAction({ state: 'degraded' }), 'leave')
})

test('brings back a sample that was stopped or is down', () => {
  assert.equal(sampleAction({ state: 'stopped' }), 'start')
  assert.equal(sampleAction({ state: 'down' }), 'restart')
})
