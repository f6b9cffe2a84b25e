import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { type Channel, type EdgeStatus, openChannel } from '@berth/contract'
import type { Engine, InstanceLogLine, MachineEngine } from '@berth/engine'
import type { BackupHandlers } from './backups/backup-handlers.ts'
import type { ImageBuilder } from './builder/image-builder.ts'
import type { DiskHandlers } from './disk/disk-handlers.ts'
import { imageAnalyser } from './image-analysis/image-analyser.ts'
import { aFile, oldArchive } from './image-analysis/test-image.ts'
import { agentHandlers, agentVerbs } from './verbs.ts'

const served: EdgeStatus = { fingerprint: 'f1', error: null, countedAtMs: null, backends: [] }
const edge = {
  apply: async () => served,
  probe: async () => ({ status: 200, backend: 'shop-web-r1' }),
  overlayAddress: async () => '10.210.0.7',
  crosses: async () => true,
}
const line: InstanceLogLine = { stream: 'stdout', at: '2026-01-01T00:00:00.000Z', text: 'hello' }

/** Stands in for the parts of an engine that a test does not reach. */
const partly = <Whole>(part: Partial<Whole>) => part as Whole

/** The server's end of a channel to these handlers. */
function serverEnd(engines: { machineEngine?: Partial<MachineEngine>; clusterEngine?: Partial<Engine> }) {
  const handlers = agentHandlers({
    machineEngine: partly<MachineEngine>(engines.machineEngine ?? {}),
    clusterEngine: engines.clusterEngine && partly<Engine>(engines.clusterEngine),
    edge,
    told: { hear: () => {} },
    entrance: { domain: 'localhost', httpPort: 80 },
    procFolder: '/proc',
    builder: partly<ImageBuilder>({}),
    buildFolder: '/nowhere',
    fetchFile: () => assert.fail('asked'),
    analyseImage: imageAnalyser({ engine: partly<MachineEngine>(engines.machineEngine ?? {}) }),
    slimImage: async () => assert.fail('asked'),
    backups: partly<BackupHandlers>({}),
    disk: partly<DiskHandlers>({}),
    ledger: { noteStep: async () => {}, notePull: async () => {} },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  })
  const onError = (error: unknown) => assert.fail(String(error))
  const agent: Channel<Record<string, never>> = openChannel({
    ours: agentVerbs,
    handlers,
    theirs: {},
    send: async (text) => server.receive(text),
    onError,
  })
  const server: Channel<typeof agentVerbs> = openChannel({
    ours: {},
    handlers: {},
    theirs: agentVerbs,
    send: async (text) => agent.receive(text),
    onError,
  })
  return server
}

test('a worker says that it cannot speak for the cluster', async () => {
  await assert.rejects(serverEnd({}).call('observe', {}), { code: 'engine_unavailable' })
})

test('a manager does what the cluster engine does', async () => {
  const cluster = { services: [], instances: [], machines: [], reserved: {} }
  assert.deepEqual(await serverEnd({ clusterEngine: { observe: async () => cluster } }).call('observe', {}), cluster)
})

test('routes go to the edge, which answers with what it serves', async () => {
  assert.deepEqual(await serverEnd({}).call('setRoutes', { backends: [], routes: [] }), served)
})

test('an analysis tells what it does, and arrives whole', async () => {
  const archive = await oldArchive([{ command: 'COPY a', entries: [aFile('a', 'hello')] }])
  const machineEngine: Partial<MachineEngine> = {
    findImage: async () => ({ imageId: 'i1', sizeBytes: 5 }),
    saveImage: async () => Readable.from([archive], { objectMode: false }),
  }
  const words: string[] = []
  const { layers } = await serverEnd({ machineEngine }).call(
    'analyseImage',
    { image: 'shop:1' },
    { onEvent: (text) => words.push(text) },
  )
  assert.deepEqual([layers, words], [[{ command: 'COPY a', sizeBytes: 5, files: 1, wastedBytes: 0 }], ['reading 5 B']])
})

test('log lines arrive in order, before the answer', async () => {
  async function* streamLogs() {
    yield line
    yield { ...line, text: 'world' }
  }
  const lines: string[] = []
  const request = { instanceId: 'i1', tail: 10, follow: false }
  await serverEnd({ machineEngine: { streamLogs } }).call('followLogs', request, {
    onEvent: ({ text }) => lines.push(text),
  })
  assert.deepEqual(lines, ['hello', 'world'])
})

test('a caller that stops listening ends the stream of lines', async () => {
  const stop = new AbortController()
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  async function* streamLogs(_: string, { signal }: { signal?: AbortSignal | undefined }) {
    yield line
    if (!signal?.aborted) await new Promise((aborted) => signal?.addEventListener('abort', aborted))
    resolve()
  }
  const request = { instanceId: 'i1', tail: 10, follow: true }
  const call = serverEnd({ machineEngine: { streamLogs } }).call('followLogs', request, {
    signal: stop.signal,
    onEvent: () => stop.abort(),
  })
  await assert.rejects(call, { name: 'AbortError' })
  await ended
})
