import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type BuildEvent, BuildOptions, type BuildRequest, CallCancelled, PlatformError } from '@berth/contract'
import type { ImageBuild, MachineEngine } from '@berth/engine'
import { extract, pack } from 'tar-stream'
import { runBuild } from './build-work.ts'
import { makeRepository, serve, smartHttp } from './repository/test-repository.ts'
import { sweepWorkFolders } from './work-folder.ts'

const never = new AbortController().signal
const digest = `127.0.0.1:5000/shop@sha256:${'a'.repeat(64)}`
const log = { debug() {}, info() {}, warn() {}, error() {} }

async function archiveOf(files: Record<string, string>): Promise<Buffer> {
  const archive = pack()
  for (const [name, text] of Object.entries(files)) archive.entry({ name }, text)
  archive.finalize()
  return gzipSync(await buffer(archive))
}

type Engine = Pick<MachineEngine, 'buildImage' | 'discardLayers' | 'publishBuilt'>

async function setUp(t: TestContext, files: Record<string, string>, engine: Partial<Engine> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-build-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const archive = await archiveOf(files)
  const contexts: Record<string, string>[] = []
  const builds: ImageBuild[] = []
  const played: Engine = {
    async buildImage(build) {
      builds.push(build)
      contexts.push(await readTar(gunzipSync(await buffer(build.context))))
      return { kind: 'built', imageId: 'sha256:aa' }
    },
    discardLayers: async () => assert.fail('nothing was given up'),
    publishBuilt: async () => ({ image: digest, imageBytes: 5, exposedPorts: [8080] }),
    ...engine,
  }
  const events: BuildEvent[] = []
  const run = (change: Partial<BuildRequest> = {}, signal = never) =>
    runBuild(
      {
        ...{ buildId: 'b1', app: 'shop', credentials: [], options: BuildOptions.parse({}) },
        source: { kind: 'archive', name: 'shop.tar.gz', sizeBytes: archive.length },
        ...change,
      },
      {
        engine: played,
        folder,
        log,
        ledger: { noteStep: async () => {} },
        async *fetchFile() {
          yield archive
        },
      },
      { signal, emit: async (event) => void events.push(event) },
    )
  return { run, builds, contexts, events, folder }
}

async function readTar(bytes: Buffer): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  const reader = extract()
  reader.end(bytes)
  for await (const entry of reader) files[entry.header.name] = (await buffer(entry)).toString('utf8')
  return files
}

const dockerApp = {
  Dockerfile: 'FROM scratch\nCOPY app /app\n',
  app: 'x',
  'notes.txt': 'y',
  '.dockerignore': 'notes.txt\n',
}

test('a source with a Dockerfile is built by it, without what it ignores', async (t) => {
  const { run, builds, contexts, events, folder } = await setUp(t, dockerApp)
  const outcome = await run()
  assert.deepEqual(outcome, {
    kind: 'built',
    images: [{ service: 'app-server', image: digest, imageBytes: 5, port: 8080, environment: {} }],
  })
  assert.equal(builds[0]?.dockerfile, 'Dockerfile')
  assert.ok(contexts[0]?.app && !contexts[0]['notes.txt'])
  const recognized = events.find(({ kind }) => kind === 'recognized')
  assert.ok(
    recognized?.kind === 'recognized' && !recognized.isGenerated && recognized.dockerfile.startsWith('FROM scratch'),
  )
  assert.deepEqual(readdirSync(folder), [])
})

test('a source without one is built by a Dockerfile of ours, which is told', async (t) => {
  const manifest = JSON.stringify({ name: 'shop', scripts: { start: 'node server.js' } })
  const { run, builds, contexts, events } = await setUp(t, { 'package.json': manifest, 'server.js': '' })
  await run()
  const name = builds[0]?.dockerfile ?? ''
  assert.notEqual(name, 'Dockerfile')
  const recognized = events.find(({ kind }) => kind === 'recognized')
  assert.ok(recognized?.kind === 'recognized' && recognized.isGenerated)
  assert.equal(contexts[0]?.[name], recognized.dockerfile)
})

test('each service of config.json is built, and only those are called that are the face or have a port there', async (t) => {
  const service = (name: string, more: object) => ({ name, language: 'node', startCommand: `node ${name}`, ...more })
  const services = [
    service('worker', {}),
    service('app-server', { environment: { A: 1 } }),
    service('api', { port: 81 }),
  ]
  const config = JSON.stringify({ application: 'shop', services })
  const { run, builds, contexts, events } = await setUp(t, { 'config.json': config, 'package.json': '{}', 'a.js': '' })
  const outcome = await run()
  assert.ok(outcome.kind === 'built')
  assert.deepEqual(
    outcome.images.map(({ service, port, environment }) => [service, port, environment]),
    [
      ['app-server', 3000, { A: '1' }],
      ['worker', null, {}],
      ['api', 81, {}],
    ],
  )
  const commands = builds.map(({ dockerfile }, i) => /^CMD (.*)$/m.exec(contexts[i]?.[dockerfile] ?? '')?.[1])
  assert.deepEqual(commands, ['["node", "app-server"]', '["node", "worker"]', '["node", "api"]'])
  const recognized = events.find(({ kind }) => kind === 'recognized')
  assert.ok(recognized?.kind === 'recognized')
  assert.match(recognized.dockerfile, /^# app-server\n[\s\S]*^# worker\n[\s\S]*^# api\n/m)
})

const to = 'ghcr.io/me/shop:1.2'
const pushed = { options: { ...BuildOptions.parse({}), pushTo: to } }
const linesOf = (events: readonly BuildEvent[]) =>
  events.flatMap((event) => (event.kind === 'lines' ? event.lines.map(({ text }) => text) : []))

test('an image is pushed to a registry outside as well, with what is stored for it, and the log has its digest', async (t) => {
  const asked: unknown[] = []
  const { run, events } = await setUp(t, dockerApp, {
    async publishBuilt(_imageId, _to, { push }) {
      asked.push(push)
      return { image: digest, imageBytes: 5, exposedPorts: [], pushed: { digest: 'sha256:there' } }
    },
  })
  const credentials = [{ host: 'ghcr.io', username: 'ann', password: 'secret' }]
  assert.equal((await run({ ...pushed, credentials })).kind, 'built')
  assert.deepEqual(asked, [{ to, credentials }])
  assert.ok(linesOf(events).includes(`Pushed ${to}@sha256:there`))
})

test('a registry outside that does not take the image fails the build', async (t) => {
  const refusal = { code: 'push_refused', message: 'no', hint: 'berth registries add ghcr.io' } as const
  const { run } = await setUp(t, dockerApp, {
    publishBuilt: async () => ({ image: digest, imageBytes: 5, exposedPorts: [], pushed: { refusal } }),
  })
  assert.deepEqual(await run(pushed), { kind: 'failed', failure: refusal })
})

test('several services have no one image to push, and none is built', async (t) => {
  const service = (name: string) => ({ name, language: 'node', startCommand: `node ${name}` })
  const config = JSON.stringify({ application: 'shop', services: [service('app-server'), service('worker')] })
  const { run, builds } = await setUp(t, { 'config.json': config, 'package.json': '{}' })
  const outcome = await run(pushed)
  assert.ok(outcome.kind === 'failed' && outcome.failure.code === 'push_refused')
  assert.match(outcome.failure.message, /app-server, worker/)
  assert.deepEqual(builds, [])
})

test('what cannot be recognized is a result, with what was looked for', async (t) => {
  const { run, folder } = await setUp(t, { 'poem.txt': 'roses' })
  const outcome = await run()
  assert.ok(outcome.kind === 'failed')
  assert.equal(outcome.failure.code, 'source_not_recognized')
  assert.match(outcome.failure.message, /package\.json/)
  assert.deepEqual(readdirSync(folder), [])
})

test('a hostile archive is a result, and nothing of it stays', async (t) => {
  const { run, folder } = await setUp(t, { '../../etc/passwd': 'x' })
  const outcome = await run()
  assert.ok(outcome.kind === 'failed')
  assert.equal(outcome.failure.code, 'archive_invalid')
  assert.deepEqual(readdirSync(folder), [])
})

test('what a build leaves that its machine did not live to end is removed by the next agent, its containers too', async (t) => {
  const { run, folder } = await setUp(t, dockerApp, {
    async buildImage(_build, listener) {
      for (const id of ['container-1', 'container-2']) await listener.onContainer?.(id)
      const [name = ''] = readdirSync(folder)
      cpSync(join(folder, name), join(folder, 'left-behind'), { recursive: true })
      return { kind: 'built', imageId: 'sha256:aa' }
    },
  })
  await run()
  const discarded: string[][] = []
  await sweepWorkFolders(folder, async (ids) => void discarded.push(ids))
  assert.deepEqual(discarded, [['container-1', 'container-2']])
  assert.deepEqual(readdirSync(folder), [])
})

test('an engine that fails is an error, and nothing stays either', async (t) => {
  const { run, folder } = await setUp(t, dockerApp, {
    buildImage: async () => Promise.reject(new PlatformError('engine_unavailable', 'gone')),
  })
  await assert.rejects(run(), { code: 'engine_unavailable' })
  assert.deepEqual(readdirSync(folder), [])
})

for (const [what, reason, discarded] of [
  ['is cancelled ends at once and leaves nothing in the engine', new CallCancelled(), [['layer-1', 'layer-2']]],
  ['loses its server ends at once and leaves its cache to the next attempt', new Error('The channel closed'), []],
] as const) {
  test(`a build that ${what}`, async (t) => {
    const stop = new AbortController()
    const given: (readonly string[])[] = []
    const { run, folder } = await setUp(t, dockerApp, {
      buildImage: (_build, listener, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true })
          for (const id of ['layer-1', 'layer-2']) listener.onLayer?.(id)
          stop.abort(reason)
        }),
      discardLayers: async (layerIds) => void given.push(layerIds),
    })
    await assert.rejects(run({}, stop.signal), reason)
    assert.deepEqual(given, discarded)
    assert.deepEqual(readdirSync(folder), [])
  })
}

test('a build that reaches its time limit is a result', async (t) => {
  const { run } = await setUp(t, dockerApp, {
    buildImage: (_build, listener, signal) =>
      new Promise((_resolve, reject) => {
        const step = { title: 'RUN sleep 9', isCached: false, startedAt: new Date().toISOString(), finishedAt: null }
        listener.onSteps([{ ...step, state: 'running' }])
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      }),
  })
  const outcome = await run({ options: { ...BuildOptions.parse({}), timeLimitMs: 2000 } })
  assert.ok(outcome.kind === 'failed' && outcome.failure.code === 'time_limit')
  assert.match(outcome.failure.message, /, at: RUN sleep 9$/)
})

test('only the folder that was named is built, and it must be in the source', async (t) => {
  const files = { 'README.md': '', 'apps/web/Dockerfile': 'FROM scratch\n', 'apps/web/a': 'x', 'apps/api/b': 'y' }
  const { run, contexts } = await setUp(t, files)
  const folder = (name: string) => ({ options: { ...BuildOptions.parse({}), folder: name } })
  await run(folder('apps/web'))
  assert.ok(contexts[0]?.a && !Object.keys(contexts[0]).some((name) => name.includes('b')))
  for (const outside of ['../..', 'apps/none', '/etc']) {
    const outcome = await run(folder(outside))
    assert.equal(outcome.kind, 'failed', outside)
  }
})

test('a repository that cannot be fetched is a result, and nothing of it stays', async (t) => {
  const { run, folder, events } = await setUp(t, {})
  const outcome = await run({ source: { kind: 'git', url: 'http://127.0.0.1:1/shop.git' } })
  assert.ok(outcome.kind === 'failed')
  assert.equal(outcome.failure.code, 'git_failed')
  assert.match(outcome.failure.message, /cannot be reached/)
  assert.ok(events.some((event) => event.kind === 'lines' && /^Fetching http/.test(event.lines[0]?.text ?? '')))
  assert.deepEqual(readdirSync(folder), [])
})

test('a folder of a repository is built, and the commit is told', async (t) => {
  const { commit, root } = await makeRepository(t)
  const id = await commit({ 'README.md': '', 'apps/web/Dockerfile': 'FROM scratch\n', 'apps/web/a': 'x' })
  const { run, contexts, events } = await setUp(t, {})
  const options = { ...BuildOptions.parse({}), folder: 'apps/web' }
  const outcome = await run({ source: { kind: 'git', url: `${await serve(t, smartHttp(root))}/shop.git` }, options })
  assert.equal(outcome.kind, 'built')
  assert.deepEqual(Object.keys(contexts[0] ?? {}).sort(), ['Dockerfile', 'a'])
  assert.ok(events.some((event) => event.kind === 'commit' && event.commit === id))
})
