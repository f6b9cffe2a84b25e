import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addRepository, listRepositories, type Repository, testRepository } from '@berth/contract'
import { fakeBerth } from '../fake-berth.ts'
import { readPrefix } from './prefix-argument.ts'

const stored: Repository = {
  ...{
    id: 'r1',
    prefix: 'https://git.example.org',
    project: null,
    createdBy: 'ann',
    createdAt: '2026-01-02T03:04:05Z',
  },
  credentials: { kind: 'password', username: 'ann' },
}
const withKey: Repository = {
  ...{ ...stored, id: 'r2', prefix: 'ssh://git.example.org/' },
  credentials: { kind: 'deploy-key', publicKey: 'ssh-ed25519 AAAA berth', hostKeys: ['SHA256:xyz'] },
}

for (const [text, isSsh, url] of [
  ['git.example.org', false, 'https://git.example.org'],
  ['git.example.org:3000/team', false, 'https://git.example.org:3000/team'],
  ['http://git.example.org', false, 'http://git.example.org'],
  ['git.example.org', true, 'ssh://git.example.org/'],
  ['git.example.org:2222', true, 'ssh://git.example.org:2222/'],
  ['git@git.example.org:team/shop.git', true, 'ssh://git@git.example.org/team/shop.git'],
  ['ssh://git.example.org', true, 'ssh://git.example.org/'],
] as const) {
  test(`${text} ${isSsh ? 'over SSH ' : ''}is ${url}`, () => assert.equal(readPrefix(text, { isSsh }), url))
}

test('a token is read from standard input and not printed', async (t) => {
  const fake = await fakeBerth(t)
  let asked: unknown
  fake.on(addRepository, ({ body }) => {
    asked = body
    return stored
  })
  const { stdout, code } = await fake.pipe(
    's3cret\n',
    'repositories',
    'add',
    'git.example.org',
    '--user',
    'ann',
    '--token',
    '-',
  )
  assert.equal(code, 0)
  assert.deepEqual(asked, {
    ...{ prefix: 'https://git.example.org', project: null },
    credentials: { kind: 'password', username: 'ann', password: 's3cret' },
  })
  assert.doesNotMatch(stdout, /s3cret/)
})

test('the public half of a deploy key stands alone on standard output', async (t) => {
  const fake = await fakeBerth(t)
  fake.on(addRepository, () => withKey)
  const { stdout, stderr } = await fake.berth('repositories', 'add', 'git.example.org', '--deploy-key')
  assert.equal(stdout, 'ssh-ed25519 AAAA berth\n')
  assert.match(stderr, /SHA256:xyz/)
  const { code } = await fake.berth('repositories', 'add', 'git.example.org', '--deploy-key', '--user', 'ann')
  assert.equal(code, 2)
})

test('stored credentials are listed, and tried by the name that they were stored under', async (t) => {
  const fake = await fakeBerth(t)
  fake.on(listRepositories, () => [stored, withKey])
  fake.on(testRepository, () => stored)
  assert.match((await fake.berth('repositories')).stdout, /https:\/\/git\.example\.org .*ann and a token/)
  assert.equal((await fake.berth('repositories', 'test', 'https://git.example.org')).code, 0)
  assert.ok(fake.calls.includes('POST /v1/repositories/r1/test'))
})
