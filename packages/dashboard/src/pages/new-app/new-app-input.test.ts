import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApp, createBuild, ServiceChange } from '@berth/contract'
import { addedRow } from '../app/environment/env-draft.ts'
import { blankDraft, type Draft } from './draft.ts'
import { buildOf, changeOfRetry, imageAppOf, readNewApp, triedOf } from './new-app-input.ts'

const row = (name: string, value: string) => ({ ...addedRow(name), name, value })
const draft = (more: Partial<Draft> = {}): Draft => ({
  ...blankDraft('default'),
  image: 'nginx:stable',
  name: 'hello',
  port: '80',
  ...more,
})

test('what is left empty is left to the server', () => {
  const { input, faults } = readNewApp(draft())
  assert.deepEqual(faults, {})
  const asked = imageAppOf(input)
  assert.deepEqual(asked, { name: 'hello', project: 'default', image: 'nginx:stable', replicas: 1, port: 80 })
  assert.ok(createApp.body?.safeParse(asked).success)
})

test('everything that was typed is asked for, in the units of the command', () => {
  const { input, faults } = readNewApp(
    draft({
      replicas: '3',
      memory: '128M',
      cpu: '0.15',
      healthPath: '/health',
      command: 'node\nserver.js',
      env: [row('MODE', 'production')],
    }),
  )
  assert.deepEqual(faults, {})
  assert.deepEqual(imageAppOf(input), {
    name: 'hello',
    project: 'default',
    image: 'nginx:stable',
    replicas: 3,
    port: 80,
    healthCheck: { path: '/health' },
    resources: { memoryBytes: 128 * 1024 ** 2, cpuMillis: 150 },
    command: ['node', 'server.js'],
    env: { MODE: 'production' },
  })
})

test('a worker has neither port nor health check', () => {
  const { input, faults } = readNewApp(draft({ isWorker: true, healthPath: '/health' }))
  assert.deepEqual(faults, {})
  assert.equal(input.port, null)
  assert.equal(input.healthCheck, undefined)
})

test('an app without a port is not taken for a worker', () => {
  assert.match(readNewApp(draft({ port: '' })).faults.port ?? '', /takes no requests/)
})

test('each fault stands at its field, in the words of the contract', () => {
  const { faults } = readNewApp(
    draft({
      image: 'Not An Image',
      name: 'Hello',
      port: '70000',
      replicas: '0',
      memory: '1M',
      cpu: '9999',
      healthPath: 'health',
    }),
  )
  assert.match(faults.image ?? '', /use an image name such as nginx:stable/)
  assert.match(faults.name ?? '', /1 to 40 of a-z/)
  assert.match(faults.port ?? '', /1 to 65535/)
  assert.ok(faults.replicas)
  assert.match(faults.memory ?? '', /at least 6M/)
  assert.match(faults.cpu ?? '', /1024 cores/)
  assert.match(faults.healthPath ?? '', /starts with "\/"/)
})

test('what cannot be read at all says how it is written', () => {
  const { faults } = readNewApp(draft({ memory: 'lots', cpu: 'many', replicas: '1.5', command: '["node"' }))
  assert.match(faults.memory ?? '', /128M/)
  assert.match(faults.cpu ?? '', /0\.15/)
  assert.match(faults.replicas ?? '', /whole number/)
  assert.match(faults.command ?? '', /no list of texts/)
})

test('a form that nobody filled in says so in words', () => {
  const { faults } = readNewApp(blankDraft('default'))
  assert.equal(faults.image, 'give the image that is to run')
  assert.equal(faults.name, 'give it a name')
})

test('faults of variables stand at their rows', () => {
  const { faults, rowFaults } = readNewApp(draft({ env: [row('1ST', 'x'), row('', '')] }))
  assert.ok(faults.env)
  assert.deepEqual([...rowFaults.keys()], ['1ST'])
})

test('a value that was not kept must be typed again', () => {
  const forgotten = { env: [row('TOKEN', '')], forgotten: ['TOKEN'] }
  assert.match(readNewApp(draft(forgotten)).rowFaults.get('TOKEN') ?? '', /type its value again/)
  assert.equal(readNewApp(draft({ ...forgotten, env: [row('TOKEN', 'x')] })).rowFaults.size, 0)
})

test('a second try leaves nothing of the first', () => {
  const first = readNewApp(draft({ command: 'node', healthPath: '/up', env: [row('OLD', '1'), row('KEPT', '1')] }))
  const tried = triedOf(first.input, { deploymentId: 'd1' })
  const second = readNewApp(draft({ tried, image: 'nginx:2', env: [row('KEPT', '2')] }))
  const change = changeOfRetry(second.input, tried)
  assert.deepEqual(change, {
    image: 'nginx:2',
    port: 80,
    command: null,
    env: { OLD: null, KEPT: '2' },
    healthCheck: {},
  })
  assert.ok(ServiceChange.safeParse(change).success)
})

test('a limit of the first try cannot be left out in the second', () => {
  const tried = triedOf(readNewApp(draft({ memory: '64M', cpu: '1' })).input, { deploymentId: 'd1' })
  const { faults } = readNewApp(draft({ tried }))
  assert.match(faults.memory ?? '', /not taken away/)
  assert.match(faults.cpu ?? '', /not taken away/)
})

const source = { kind: 'git', url: 'https://example.org/shop.git', ref: 'main' } as const
const gitDraft = (more: Partial<Draft> = {}) =>
  draft({ from: 'git', gitUrl: source.url, gitRef: 'main', port: '', ...more })

test('what is built may leave its port to the source', () => {
  const { input, faults } = readNewApp(gitDraft({ folder: 'apps/web', env: [row('MODE', 'x')] }))
  assert.deepEqual(faults, {})
  const wish = buildOf(input, source, undefined)
  assert.deepEqual(wish, {
    ...{ app: 'hello', project: 'default', source, options: { folder: 'apps/web' } },
    deploy: { change: { env: { MODE: 'x' } }, replicas: 1 },
  })
  assert.ok(createBuild.body?.safeParse(wish).success)
})

test('a second build says everything again', () => {
  const tried = triedOf(readNewApp(gitDraft({ env: [row('OLD', '1')] })).input, { buildId: 'b1' })
  const { deploy } = buildOf(readNewApp(gitDraft({ tried, port: '80' })).input, source, tried)
  assert.deepEqual(deploy?.change, { port: 80, command: null, env: { OLD: null }, healthCheck: {} })
})

test('a source that was not given stands at its field', () => {
  assert.match(readNewApp(gitDraft({ gitUrl: '' })).faults.gitUrl ?? '', /http/)
  assert.match(readNewApp(draft({ from: 'files' })).faults.files ?? '', /folder or an archive/)
  assert.equal(readNewApp(draft({ from: 'files', image: '' })).faults.image, undefined)
})

test('what a build is given goes with its request, and not with the app', () => {
  const extra = { buildSecrets: [{ key: 'k', name: 'NPM_TOKEN', value: 's3cret' }], pushTo: 'ghcr.io/me/shop:1' }
  const { input, faults } = readNewApp(gitDraft(extra))
  assert.deepEqual(faults, {})
  const wish = buildOf(input, source, undefined)
  assert.deepEqual([wish.secrets, wish.options], [{ NPM_TOKEN: 's3cret' }, { pushTo: 'ghcr.io/me/shop:1' }])
  assert.ok(createBuild.body?.safeParse(wish).success)
  assert.deepEqual(readNewApp(draft(extra)).faults, {}, 'an image is not built')
})

test('a secret that was not kept must be typed again', () => {
  const buildSecrets = [{ key: 'k', name: 'NPM_TOKEN', value: '' }]
  const { faults, rowFaults } = readNewApp(gitDraft({ buildSecrets, forgotten: ['k'] }))
  assert.match(rowFaults.get('k') ?? '', /type its value again/)
  assert.deepEqual(Object.keys(faults), ['buildSecrets'])
})
