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
    'no machine can take it: 2 machines with too little left to reserve',
  ],
  [
    'no suitable node (1 node not available for new tasks; scheduling constraints not satisfied on 2 nodes)',
    'no machine can take it: 1 machine not taking new instances, 2 machines without the labels that it needs',
  ],
  ['no suitable node (unsupported platform on 1 node)', 'no machine can take it: unsupported platform on 1 machine'],
  ['The machine does not answer', 'The machine does not answer'],
] as const) {
  test(`says "${reason}"`, () => assert.equal(plainReason(message), reason))
}
