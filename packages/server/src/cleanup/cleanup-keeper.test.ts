import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { CacheRecord, DiskLook } from '@berth/contract'
import { aMachine, type ClusterState } from '@berth/engine'
import pino from 'pino'
import { activityStore } from '../activity/activity-store.ts'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { appStore } from '../apps/app-store.ts'
import { createChanges } from '../changes.ts'
import { onSqlite, openForTest } from '../database/test-databases.ts'
import { deploymentApi } from '../deployments/deployment-api.ts'
import { deploymentStore } from '../deployments/deployment-store.ts'
import { testCaller } from '../gate/test-caller.ts'
import { releaseStore } from '../releases/release-store.ts'
import { settingStore } from '../settings/setting-store.ts'
import { aLook, anImage, aRecord, aStep, GiB } from './a-disk.ts'
import { cleanupKeeper } from './cleanup-keeper.ts'
import { hasImage, imageStore } from './image-store.ts'
import { needsReader } from './needs-reader.ts'
import { registryCollection } from './registry-collection.ts'
import type { RegistryImage } from './registry-plan.ts'
import { workGate } from './work-gate.ts'

const { signal } = new AbortController()
const log = pino({ level: 'silent' })
const imageOf = (version: number) => `sha256:${String(version).padStart(64, '0')}`
const nameOf = (version: number) => `127.0.0.1:5000/shop@${imageOf(version)}`
const versions = Array.from({ length: 14 }, (_, i) => i + 1)
const past = versions.slice(0, 4)
const admin = { actor: 'ada', isDryRun: false }

/** An app of fourteen releases, whose images are all on one machine and in the registry, with 5 GiB of build cache too much. */
async function setUp(t: TestContext, { refuses = [] as string[], cacheRecords = [] as CacheRecord[] } = {}) {
  const deps = await openForTest(t, await onSqlite.place(t))
  const stores = { apps: appStore(deps), deployments: deploymentStore(deps), activity: activityStore(deps) }
  await stores.apps.ensureApp({ name: 'shop', project: 'default', replicas: 1 }, { mustHaveProject: false })
  for (const version of versions) await addRelease(deps, version)

  const step = aStep('step', [0], { usedAtMs: 1 })
  const onMachine = new Map(
    [...versions.map((version) => anImage(imageOf(version))), step].map((it) => [it.imageId, it]),
  )
  const inRegistry = new Map(versions.map((version) => [nameOf(version), registryImage(version)]))
  const records = new Map(cacheRecords.map((it) => [it.recordId, it]))
  const asked: string[] = []
  type Input = { imageIds: string[]; recordIds?: string[] }
  const answers: Record<string, (input: Input) => unknown> = {
    lookAtDisk: (): DiskLook =>
      aLook([...onMachine.values()], { layers: [6 * GiB], cacheRecords: [...records.values()] }),
    removeImages({ imageIds }) {
      const removed = imageIds.filter((imageId) => !refuses.includes(imageId) && onMachine.delete(imageId))
      const kept = imageIds.filter((imageId) => refuses.includes(imageId))
      return { removed, kept: kept.map((imageId) => ({ imageId, reason: 'a container uses it' })) }
    },
    removeCacheRecords: ({ recordIds = [] }) => ({
      removed: recordIds.filter((id) => !refuses.includes(id) && records.delete(id)),
      kept: recordIds.filter((id) => refuses.includes(id)).map((recordId) => ({ recordId, reason: 'it is in use' })),
    }),
    collectRegistry: () => ({ freedBytes: past.length * 7 }),
  }
  const call = async (verb: string, input: Input) => {
    asked.push(verb)
    return answers[verb]?.(input)
  }
  const agent = { machineId: 'id-1', name: 'm1', lastHeartbeat: null, channel: { call } } as unknown as AgentConnection
  const machines = [aMachine({ id: 'id-1', name: 'm1', holds: ['registry'] })]
  const cluster = { current: (): ClusterState => ({ services: [], instances: [], machines, reserved: {} }) }
  const images = imageStore(deps)
  const gate = workGate()
  const keeper = cleanupKeeper({
    ...{ agents: { list: () => [agent] }, cluster, gate, log, now: deps.now, imageStore: images },
    ...{ settings: settingStore(deps), activity: stores.activity, findDaysLeft: async () => null, askedPatienceMs: 0 },
    collection: registryCollection({
      agents: { find: () => agent },
      cluster,
      gate,
      log,
      signal,
      settings: settingStore(deps),
    }),
    readNeeds: needsReader({ ...stores, imageStore: images, cluster, now: deps.now }),
    registry: {
      list: async () => [...inRegistry.values()],
      remove: async ({ name }) => void inRegistry.delete(name),
    },
  })
  const events = async () => (await stores.activity.list({ limit: 9, visible: 'everything' })).map(tell)
  return { ...stores, images, releases: releaseStore(deps), keeper, gate, onMachine, inRegistry, asked, events }
}

type Deps = Awaited<ReturnType<typeof openForTest>>

const addRelease = ({ database: { db } }: Deps, version: number) =>
  db
    .insertInto('releases')
    .values({
      ...{ app: 'shop', version, createdBy: 'ada', createdAtMs: version },
      services: JSON.stringify([{ name: 'web', env: {}, imageDigest: nameOf(version) }]),
    })
    .execute()

const registryImage = (version: number): RegistryImage => ({
  ...{ app: 'shop', name: nameOf(version), tags: ['0123456789ab'], children: [], createdAtMs: 0 },
  blobs: [{ digest: imageOf(version), sizeBytes: 5 }],
})

const tell = ({ kind, actor, detail }: { kind: string; actor: string; detail: string | null }) =>
  `${actor} ${kind} ${detail}`

test('a dry run tells all that would go, and nothing goes', async (t) => {
  const { keeper, onMachine, inRegistry, events } = await setUp(t)
  const { steps, freedBytes } = await keeper.clean({ ...admin, isDryRun: true }, signal)
  assert.deepEqual(
    steps.map(({ kind, app, images }) => [kind, app, images.length]),
    [
      ['remove_images', 'shop', past.length],
      ['remove_build_cache', 'shop', 1],
      ['remove_from_registry', 'shop', past.length],
      ['collect_registry', null, 0],
    ],
  )
  assert.equal(freedBytes, 6 * GiB + past.length * 5)
  assert.deepEqual([onMachine.size, inRegistry.size, await events()], [15, 14, []])
})

test('a cleanup leaves the last ten releases, and is told with what it freed', async (t) => {
  const { keeper, onMachine, inRegistry, events } = await setUp(t)
  const { freedBytes } = await keeper.clean(admin, signal)
  assert.deepEqual([...onMachine.keys()], versions.slice(4).map(imageOf))
  assert.deepEqual([...inRegistry.keys()], versions.slice(4).map(nameOf))
  assert.equal(freedBytes, 6 * GiB + past.length * 7, 'with what the registry had beside images')
  const words = 'images of shop, build cache of shop, images of shop in the registry, leftovers in the registry'
  assert.deepEqual(await events(), [`ada disk_cleaned_up 6.0 GiB on m1: ${words}`])
  assert.deepEqual((await keeper.clean({ ...admin, isDryRun: true }, signal)).steps, [])
})

test('a release whose image was removed says so, and a rollback to it is refused before anything starts', async (t) => {
  const { keeper, images, releases, apps, deployments, activity } = await setUp(t)
  await keeper.clean(admin, signal)
  const removed = await images.listRemoved('shop')
  const withImage = (await releases.list('shop')).filter((release) => hasImage(release, removed))
  assert.deepEqual(withImage.map(({ version }) => version).toReversed(), versions.slice(4))
  const deps = { apps, releases, deployments, activity, imageStore: images, changes: createChanges(), urlOf: String }
  const [handler = assert.fail('no handler')] = deploymentApi(deps)
  const rollback = async (releaseVersion: number) =>
    handler.answer({
      ...{ params: { app: 'shop' }, caller: testCaller('ada', 'admin') },
      body: { releaseVersion, supersede: false, deadlineMs: 1_000 },
    })
  await assert.rejects(rollback(2), { code: 'release_has_no_image', message: /v2 of shop/ })
  assert.deepEqual(await deployments.listActive(), [])
  await rollback(5)
  assert.equal((await deployments.listActive())[0]?.releaseVersion, 5)
})

test('while a build runs on a machine and pushes, its cache and the registry are left, and the rest is done', async (t) => {
  const { keeper, gate, onMachine, inRegistry, asked } = await setUp(t)
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const build = gate.enter(['registry', 'machine m1'], { signal }, () => ended)
  const { refusals } = await keeper.clean(admin, signal).finally(end)
  await build
  assert.deepEqual(refusals, [
    { machine: 'm1', what: 'build cache', reason: 'a build runs there' },
    { machine: 'm1', what: 'the registry', reason: 'a build or a deployment pushes to it' },
  ])
  assert.deepEqual([onMachine.size, inRegistry.size, asked.includes('collectRegistry')], [11, 14, false])
})

test('what the machine does not give up is told, and not counted', async (t) => {
  const { keeper } = await setUp(t, { refuses: ['step'] })
  const { steps, refusals } = await keeper.clean(admin, signal)
  assert.deepEqual(
    steps.map(({ kind }) => kind),
    ['remove_images', 'remove_from_registry', 'collect_registry'],
  )
  assert.deepEqual(refusals, [{ machine: 'm1', what: 'step', reason: 'a container uses it' }])
})

test('what BuildKit keeps of Berth’s builds is in the same count, and goes with the rest', async (t) => {
  const cacheRecords = ['first', 'second', 'third'].map((id) => aRecord(id, { sizeBytes: 2 * GiB, usedAtMs: 9 }))
  const { keeper } = await setUp(t, { refuses: ['first'], cacheRecords })
  const { machines } = await keeper.look(signal)
  assert.deepEqual(machines[0]?.buildCache, {
    ...{ sizeBytes: 12 * GiB, budgetBytes: 5 * GiB, removableBytes: 8 * GiB },
  })
  const { steps, refusals } = await keeper.clean(admin, signal)
  const cache = steps.filter(({ kind }) => kind === 'remove_build_cache')
  assert.deepEqual(
    cache.map(({ app, images, sizeBytes }) => [app, images, sizeBytes]),
    [['shop', ['step'], 6 * GiB]],
  )
  assert.deepEqual(refusals, [{ machine: 'm1', what: 'first', reason: 'it is in use' }])
})

test('a look at the disks tells how full they are and what could go', async (t) => {
  const { keeper, inRegistry } = await setUp(t)
  const { machines, steps, cleanedAt } = await keeper.look(signal)
  assert.deepEqual([machines[0]?.machine, machines[0]?.state, steps.length, cleanedAt], ['m1', 'ok', 4, null])
  assert.equal(machines[0]?.removableBytes, 6 * GiB + past.length * 5)
  assert.equal(inRegistry.size, 14)
})
