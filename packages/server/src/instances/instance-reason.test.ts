import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainReason } from './instance-reason.ts'

for (const [message, reason] of [
  ['task: non-zero exit (3)', 'ended with exit code 3'],
  [
    'task: non-zero exit (143): dockerexec: unhealthy container',
    'ended with exit code 143: the HEALTHCHECK of its image failed',
  ],
  [
    'no suitable node (insufficient resources on 2 nodes)',
    'no suitable machine (insufficient resources on 2 machines)',
  ],
  ['The machine does not answer', 'The machine does not answer'],
] as const) {
  test(`says "${reason}"`, () => assert.equal(plainReason(message), reason))
}
