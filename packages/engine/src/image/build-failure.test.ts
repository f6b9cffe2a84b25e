import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildRefusal } from './build-failure.ts'

const command = (code: number, words = '/bin/sh -c npm run build') =>
  buildRefusal({ message: `The command '${words}' returned a non-zero code: ${code}`, exitCode: code })

test('a command that failed is named, with its exit code', () => {
  assert.deepEqual(command(2), {
    code: 'command_failed',
    message: 'npm run build ended with exit code 2',
    hint: 'The last lines of the log say why',
  })
})

test('a command that was killed wanted too much memory', () => {
  const { code, hint } = command(137)
  assert.equal(code, 'out_of_memory')
  assert.match(hint ?? '', /--build-memory/)
})

for (const [message, code] of [
  ['pull access denied for nosuch, repository does not exist or may require login', 'base_image_missing'],
  ['manifest for nginx:none not found: manifest unknown: manifest unknown', 'base_image_missing'],
  [
    'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    'registry_unreachable',
  ],
  ['Head "https://r.example.org/v2/a/manifests/1": unauthorized: authentication required', 'base_image_missing'],
  ['Get "https://r.example.org/v2/": http: server gave HTTP response to HTTPS client', 'registry_unreachable'],
  ['dockerfile parse error line 3: unknown instruction: RUNN', 'dockerfile_invalid'],
  [
    'COPY failed: file not found in build context or excluded by .dockerignore: stat x: file does not exist',
    'dockerfile_invalid',
  ],
  ['write /x: no space left on device', 'disk_limit'],
] as const) {
  test(`"${message.slice(0, 40)}..." is ${code}`, () => {
    assert.equal(buildRefusal({ message, exitCode: undefined }).code, code)
  })
}

test('a long command is cut where it still says what it is', () => {
  assert.ok(command(1, `/bin/sh -c ${'make all && '.repeat(50)}`).message.length < 160)
})

test('a command that wanted too many processes is told how many it may have', () => {
  const message = "The command '/bin/sh -c make -j' returned a non-zero code: 2"
  assert.match(
    buildRefusal({ message, exitCode: 2, hasNoProcessLeft: true }).message,
    /more than the 1024 processes.*: make -j$/,
  )
})
