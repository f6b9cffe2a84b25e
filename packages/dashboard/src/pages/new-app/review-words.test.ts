import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NewApp } from './new-app-input.ts'
import { describeNewApp } from './review-words.ts'

const origin = { kind: 'image', image: 'nginx:stable' } as const
const hello: NewApp = { name: 'hello', project: 'default', origin, port: 80 }
const words = (input: NewApp, label: string, domain?: string) =>
  describeNewApp(input, domain).find((line) => line.label === label)?.words

test('one instance without limits', () => {
  assert.equal(words(hello, 'Instances'), '1 instance, with the usual memory limit and as much CPU as is free')
})

test('several instances with limits', () => {
  const resources = { memoryBytes: 128 * 1024 ** 2, cpuMillis: 1500 }
  assert.equal(
    words({ ...hello, replicas: 3, resources }, 'Instances'),
    '3 instances, each with at most 128 MiB of memory and at most 1.5 cores',
  )
})

test('where requests go, and from when on', () => {
  assert.equal(
    words(hello, 'Requests', 'localhost'),
    'hello.localhost leads to port 80, once something accepts connections there',
  )
  assert.match(words({ ...hello, healthCheck: { path: '/up' } }, 'Requests') ?? '', /once \/up answers with 200 to 399/)
})

test('a worker takes no requests', () => {
  assert.match(words({ ...hello, port: null }, 'Requests') ?? '', /takes none/)
})

test('the environment is told by names alone', () => {
  const told = describeNewApp({ ...hello, env: { TOKEN: 'very secret' } }, undefined)
  assert.doesNotMatch(JSON.stringify(told), /very secret/)
  assert.equal(words({ ...hello, env: { TOKEN: 'x', MODE: 'y' } }, 'Environment'), '2 variables: TOKEN, MODE')
})

test('arguments with spaces are told apart', () => {
  assert.equal(words({ ...hello, command: ['sh', '-c', 'sleep 1'] }, 'Command'), 'sh -c "sleep 1"')
})

test('a source is told with what it is built with', () => {
  const source = { kind: 'git', url: 'https://example.org/shop.git' } as const
  const built: NewApp = {
    ...hello,
    port: undefined,
    origin: { kind: 'source', source, folder: 'web', dockerfile: '', extras: { options: {} } },
  }
  assert.equal(words(built, 'Source'), 'https://example.org/shop.git, its default branch, of it the folder web')
  assert.match(words(built, 'Built with') ?? '', /or one that Berth writes/)
  assert.match(words(built, 'Requests') ?? '', /the port that the source says/)
})

test('what a build is given is told by names alone, and where its image goes', () => {
  const extras = {
    ...{ options: { args: { VERSION: '1.2' }, pushTo: 'ghcr.io/me/shop:1' }, secrets: { NPM_TOKEN: 'very secret' } },
  }
  const built: NewApp = { ...hello, origin: { kind: 'source', source: undefined, folder: '', dockerfile: '', extras } }
  assert.match(words(built, 'Arguments') ?? '', /^VERSION,/)
  assert.match(words(built, 'Secrets') ?? '', /^NPM_TOKEN, .* gone with its end$/)
  assert.match(words(built, 'Pushed to') ?? '', /^ghcr\.io\/me\/shop:1, /)
  assert.doesNotMatch(JSON.stringify(describeNewApp(built, undefined)), /very secret/)
})
