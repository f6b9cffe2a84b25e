import assert from 'node:assert/strict'
import { test } from 'node:test'
import { engineCall, engineFailure } from './engine-failure.ts'

const answered = (statusCode: number, message: string) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${message} `), { statusCode, json: { message } })

test('an update out of sequence is a conflict', () => {
  const failure = engineFailure(
    'update the service x',
    answered(500, 'rpc error: code = Unknown desc = update out of sequence'),
  )
  assert.equal(failure.code, 'conflict')
  assert.equal(failure.message, 'The engine could not update the service x: update out of sequence')
})

test('a cluster without a leader and a machine that is no manager are unavailable', () => {
  for (const words of [
    "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online.",
    'This node is not a swarm manager. Use "docker swarm init" to connect this node to swarm and try again.',
  ]) {
    assert.equal(engineFailure('list services', answered(503, words)).code, 'engine_unavailable')
  }
})

test('a socket that is not there is unavailable, a mistake of ours is not', () => {
  assert.equal(engineFailure('x', Object.assign(new Error('no'), { code: 'ENOENT' })).code, 'engine_unavailable')
  assert.equal(engineFailure('x', new TypeError('undefined is not a function')).code, 'engine_failed')
})

test('a call that was aborted throws the reason of the abort', async () => {
  const stop = new AbortController()
  const call = engineCall('wait', stop.signal, () => {
    stop.abort(new Error('no longer wanted'))
    return Promise.reject(new Error('socket hang up'))
  })
  await assert.rejects(call, /no longer wanted/)
})
