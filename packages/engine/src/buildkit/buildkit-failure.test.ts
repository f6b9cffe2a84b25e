import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildkitRefusal } from './buildkit-failure.ts'

for (const words of [
  'failed to solve with frontend dockerfile.v0: failed to build LLB: executor failed running [/bin/sh -c make all]: exit code: 2',
  'failed to solve: process "/bin/sh -c make all" did not complete successfully: exit code: 2',
]) {
  test(`a command that failed is named: ${words.slice(0, 40)}...`, () => {
    const { code, message } = buildkitRefusal(words)
    assert.deepEqual([code, message], ['command_failed', 'make all ended with exit code 2'])
  })
}

test('a command that was killed wanted too much memory', () => {
  const words = 'process "/bin/sh -c node hog.js" did not complete successfully: exit code: 137'
  assert.equal(buildkitRefusal(words).code, 'out_of_memory')
})

for (const words of [
  'rpc error: code = Unknown desc = secret NPM_TOKEN: not found',
  'secret NPM_TOKEN not found: not found',
]) {
  test(`a secret that was not given is asked for by name: ${words}`, () => {
    const { code, message, hint } = buildkitRefusal(`failed to solve: ${words}`)
    assert.equal(code, 'dockerfile_invalid')
    assert.match(message, /NPM_TOKEN, which was not given/)
    assert.match(hint ?? '', /--build-secret NPM_TOKEN=/)
  })
}

for (const [words, code] of [
  [
    'docker.io/library/nosuch:latest: failed to resolve source metadata for docker.io/library/nosuch:latest: not found',
    'base_image_missing',
  ],
  ['pull access denied, repository does not exist or may require authorization', 'base_image_missing'],
  ['failed to compute cache key: "/none" not found: not found', 'dockerfile_invalid'],
  ['failed to calculate checksum of ref abc::def: "/none": not found', 'dockerfile_invalid'],
  ['failed to create LLB definition: dockerfile parse error line 2: unknown instruction: RUNN', 'dockerfile_invalid'],
  ['process "/bin/sh -c x" did not complete successfully: write /x: no space left on device', 'disk_limit'],
  [
    'failed to do request: Head "https://registry-1.docker.io/v2/x": dial tcp: lookup registry-1.docker.io: no such host',
    'registry_unreachable',
  ],
] as const) {
  test(`"${words.slice(0, 50)}..." is ${code}`, () => {
    assert.equal(buildkitRefusal(`failed to solve: ${words}`).code, code)
  })
}

test('a command that could begin no more processes says so', () => {
  const words = 'process "/bin/sh -c forks" did not complete successfully: exit code: 2'
  assert.match(buildkitRefusal(words, { hasNoProcessLeft: true }).message, /more than the 1024 processes.*: forks/)
})
