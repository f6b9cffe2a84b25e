import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planLetIn } from './credential-files.ts'
import { readProgress, readReceived } from './fetch-progress.ts'
import { fetchArguments, gitEnvironment, placeIn } from './git-command.ts'
import { createLineReader } from './line-reader.ts'
import { explainFailure } from './repository-failure.ts'

const place = placeIn('/builds/b1')

test('what people wrote stands behind the end of all options', () => {
  const args = fetchArguments(place, { url: '--upload-pack=x', ref: '-c' })
  assert.deepEqual(args.slice(args.indexOf('--')), ['--', '--upload-pack=x', '-c'])
})

test('git finds no configuration, credentials or prompt of the machine', () => {
  const env = gitEnvironment(place, 'http:https')
  assert.equal(env.HOME, place.folder)
  assert.equal(env.GIT_ALLOW_PROTOCOL, 'http:https')
  assert.equal(env.GIT_CONFIG_GLOBAL, '/dev/null')
  assert.equal(env.GIT_CONFIG_NOSYSTEM, '1')
  assert.equal(env.GIT_TERMINAL_PROMPT, '0')
})

test('progress is told in our words, and nothing else that a server says', () => {
  const line = 'Receiving objects:  42% (42/100), 1.20 MiB | 3.00 MiB/s'
  assert.equal(readProgress(line), 'Fetching the repository: receiving, 42%, 1.20 MiB')
  assert.equal(
    readProgress('remote: Counting objects:   9% (1/11)'),
    'Fetching the repository: the server counts what it sends, 9%',
  )
  for (const other of ['remote: Visit https://evil.example', 'remote: Mining coins: 9% (1/11)']) {
    assert.equal(readProgress(other), undefined)
  }
  assert.equal(readReceived('Receiving objects: 100% (7/7), 1.20 MiB | 3.00 MiB/s, done.'), '1.20 MiB')
  assert.equal(readReceived(line), undefined)
})

test('lines that overwrite one another are told apart, and are safe to print', () => {
  const lines: string[] = []
  const { add, end } = createLineReader((line) => void lines.push(line))
  for (const text of ['a: 1%\ra: 2%\r', '\u001b[31mre', 'd\n', 'x'.repeat(5_000)]) add(Buffer.from(text))
  end()
  assert.deepEqual(lines, ['a: 1%', 'a: 2%', '[31mred', 'x'.repeat(2_000)])
})

const asked = { url: 'https://example.org/shop.git', ref: 'main' }

for (const [said, words] of [
  ["fatal: couldn't find remote ref main", /has no main/],
  ['fatal: remote error: upload-pack: not our ref 1234', /has no main/],
  ["fatal: could not read Username for 'https://example.org': terminal prompts disabled", /or it is private/],
  ["remote: Repository not found.\nfatal: repository 'https://example.org/shop.git/' not found", /or it is private/],
  [
    "fatal: unable to access 'x': server certificate verification failed. CAfile: none",
    /not one that this machine trusts/,
  ],
  ["fatal: unable to access 'x': SSL certificate problem: certificate has expired", /not one that this machine trusts/],
  ["fatal: unable to access 'x': Could not resolve host: example.org", /cannot be reached/],
  ["fatal: unable to access 'x': Failed to connect to example.org port 443: Connection timed out", /cannot be reached/],
  [
    'fatal: unable to access x: Operation too slow. Less than 1 bytes/sec transferred the last 60 seconds',
    /cannot be reached/,
  ],
  ['fatal: dumb http transport does not support shallow capabilities', /is no repository that can be fetched/],
  ['fatal: attempting to allocate 1073741825 over limit 268435456', /too large/],
  ['fatal: Authentication failed for x', /or it is private/],
  [
    'git@example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.',
    /or it is private/,
  ],
  [
    'ssh: connect to host x port 22: Connection refused\nfatal: Could not read from remote repository.',
    /cannot be reached/,
  ],
  ['ssh: Could not resolve hostname x: Name or service not known', /cannot be reached/],
  [
    '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.\nfatal: Could not read from remote repository.',
    /host key of .* is another one/,
  ],
  ['hint: x\nfatal: something new', /could not be fetched: fatal: something new/],
] as const) {
  test(`git's "${said.slice(0, 60)}" is told in words`, () => {
    assert.match(explainFailure(said.split('\n'), asked).failure.message, words)
  })
}

test('what a repository is called is not taken for what went wrong', () => {
  const url = 'https://example.org/openssl-certificate.git'
  const said = [`fatal: unable to access '${url}/': Failed to connect to example.org port 443: Connection refused`]
  assert.match(explainFailure(said, { url }).failure.message, /cannot be reached/)
})

const denied = ["fatal: Authentication failed for 'x'"]

test('what is stored and not taken is told otherwise than what is missing', () => {
  const told = (said: string[], kind?: 'password' | 'deploy-key') => {
    const { fault, failure } = explainFailure(said, { ...asked, kind })
    return `${fault}: ${failure.message}`
  }
  assert.match(told(denied, 'password'), /^denied: .* does not take the stored user and password/)
  assert.match(told(['x: Permission denied (publickey).'], 'deploy-key'), /^denied: .* does not let .* deploy key in/)
  assert.match(told(['remote: Repository not found.'], 'password'), /^missing: There is no repository/)
  assert.match(told(["fatal: could not read Username for 'https://evil.example'"], 'password'), /leads to another host/)
})

test('credentials are in files, and never among the arguments of git', () => {
  const secret = 's3cret/@:'
  const { files, settings } = planLetIn(asked.url, { kind: 'password', username: 'a@b', password: secret })
  assert.deepEqual(files, [{ name: 'credentials', content: 'https://a%40b:s3cret%2F%40%3A@example.org\n' }])
  assert.ok(!fetchArguments(place, asked, settings).some((word) => word.includes('s3cret')))
})

test('a deploy key speaks with the pinned host and with no other, and with whoever answers only at first', () => {
  const key = { kind: 'deploy-key', privateKey: 'PRIVATE' } as const
  const configOf = (hostKeys: string | null) =>
    planLetIn('git@example.org:shop.git', { ...key, hostKeys }).files.find(({ name }) => name === 'ssh_config')?.content
  assert.match(configOf('example.org ssh-ed25519 AAAA\n') ?? '', /StrictHostKeyChecking yes/)
  assert.match(configOf(null) ?? '', /StrictHostKeyChecking accept-new/)
})
