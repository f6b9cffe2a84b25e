import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { apiVersionFor, connectDocker } from './connect-docker.ts'

test('speaks the newest version of the API that both sides know', () => {
  assert.equal(apiVersionFor({ ApiVersion: '1.41', MinAPIVersion: '1.12' }), '1.41')
  assert.equal(apiVersionFor({ ApiVersion: '1.56', MinAPIVersion: '1.44' }), '1.51')
  assert.equal(apiVersionFor({ ApiVersion: '1.70', MinAPIVersion: '1.60' }), '1.60')
})

test('an engine that does not run is unavailable, with a hint', async () => {
  await assert.rejects(connectDocker(join(tmpdir(), 'no-such.sock')), {
    code: 'engine_unavailable',
    hint: /Docker runs/,
  })
})
