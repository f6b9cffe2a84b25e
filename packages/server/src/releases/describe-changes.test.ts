import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeChanges } from './describe-changes.ts'
import type { ReleaseService } from './release-store.ts'
import { defaultService } from './service-change.ts'

const digest = (character: string) => `web@sha256:${character.repeat(64)}`
const web: ReleaseService = {
  ...defaultService,
  image: 'web:1',
  imageDigest: digest('a'),
  port: 80,
  env: { KEEP: 'same', CHANGE: 'old-secret', DROP: 'gone-secret' },
}

const cases: [what: string, change: Partial<ReleaseService>, lines: string[]][] = [
  ['nothing', {}, []],
  ['another image', { image: 'web:2', imageDigest: digest('b') }, ['image web:1 to web:2']],
  [
    'a newer image of the same name',
    { imageDigest: digest('b') },
    ['image web:1 is newer: sha256:aaaaaaaaaaaa to sha256:bbbbbbbbbbbb'],
  ],
  ['a command', { command: ['node', 'worker.js'] }, ['command the one of the image to node worker.js']],
  ['a worker', { port: undefined }, ['port 80 to none']],
  ['a port', { port: 8080 }, ['port 80 to 8080']],
  [
    'limits',
    { resources: { memoryBytes: 1024 ** 3, cpuMillis: 1500 } },
    ['memory limit 512 MiB to 1 GiB', 'cpu limit none to 1.5 cores'],
  ],
  [
    'reservations',
    { resources: { ...web.resources, reservedMemoryBytes: 64 * 1024 ** 2, reservedCpuMillis: 100 } },
    ['memory reserved none to 64 MiB', 'cpu reserved none to 0.1 cores'],
  ],
  [
    'a placement',
    { placement: { on: { zone: 'a', disk: 'ssd' }, spread: 'rack' } },
    ['runs on any machine to disk=ssd and zone=a', 'spread over machines to rack'],
  ],
  ['a health check', { healthCheck: { path: '/healthz' } }, ['health check connect to /healthz']],
  ['the stop timeout', { stopTimeoutMs: 500 }, ['stop timeout 10 s to 0.5 s']],
  ['repeating', { replayUnsafeRequests: true }, ['repeats unsafe requests no to yes']],
]
for (const [what, change, lines] of cases) {
  test(`says what ${what} changes`, () => assert.deepEqual(describeChanges([web], [{ ...web, ...change }]), lines))
}

test('names variables and never shows a value', () => {
  const env = { KEEP: 'same', CHANGE: 'new-secret', NEW_B: 'b-secret', NEW_A: 'a-secret' }
  const lines = describeChanges([web], [{ ...web, env }])
  assert.deepEqual(lines, [
    'environment: NEW_A, NEW_B added',
    'environment: CHANGE changed',
    'environment: DROP removed',
  ])
  assert.doesNotMatch(lines.join(), /secret|same/)
})

test('a variable named like something that every object has is one like any other', () => {
  const lines = describeChanges([{ ...web, env: {} }], [{ ...web, env: { constructor: 'x', toString: 'y' } }])
  assert.deepEqual(lines, ['environment: constructor, toString added'])
})

test('the first release has nothing before it', () => {
  assert.deepEqual(describeChanges(undefined, [web]), ['the first release'])
})

test('with several services each line says of which', () => {
  const worker = { ...web, name: 'worker', image: 'worker:1' }
  const before = [web, { ...web, name: 'cron' }]
  assert.deepEqual(describeChanges(before, [{ ...web, port: 81 }, worker]), [
    'web: port 80 to 81',
    'worker: added, from worker:1',
    'cron: removed',
  ])
})
