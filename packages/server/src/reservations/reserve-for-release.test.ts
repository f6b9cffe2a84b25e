import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine, type ClusterState } from '@berth/engine'
import type { ReleaseService } from '../releases/release-store.ts'
import { defaultService } from '../releases/service-change.ts'
import { reserveForRelease } from './reserve-for-release.ts'
import { reservedResources } from './reserved-resources.ts'
import { seenUseFinder } from './seen-use.ts'

const MiB = 1024 ** 2
const dayMs = 86_400_000
const web: ReleaseService = { ...defaultService, image: 'web:1', imageDigest: 'web@sha256:a' }
const use = { cpuMillisP95: 200, memoryBytesP95: 200 * MiB, sampleCount: 100 }
const room = { machines: [aMachine({ cpuMillis: 2000, memoryBytes: 1024 * MiB })], reserved: {} }

async function reserve(
  { service = web, replicas = 1 }: { service?: ReleaseService; replicas?: number } = {},
  state: Pick<ClusterState, 'machines' | 'reserved'> | 'unknown' = room,
) {
  const asked: [app: string, service: string, sinceMs: number][] = []
  const findSeenUse = async (app: string, name: string, { sinceMs }: { sinceMs: number }) => {
    asked.push([app, name, sinceMs])
    return { ...use, outOfMemoryKills: 0 }
  }
  const deps = {
    findSeenUse,
    cluster: { current: () => (state === 'unknown' ? undefined : state) },
    now: () => 8 * dayMs,
  }
  const [reserving = web] = await reserveForRelease({ app: 'shop', replicas, services: [service] }, deps)
  return { reserving, asked }
}

test('a release reserves what the last seven days showed, and the engine is told so', async () => {
  const { reserving, asked } = await reserve()
  assert.deepEqual(asked, [['shop', 'web', dayMs]])
  assert.deepEqual(reservedResources(reserving), {
    ...web.resources,
    reservedCpuMillis: 230,
    reservedMemoryBytes: 230 * MiB,
  })
})

test('what was only observed is left out where it would keep the instances from starting', async () => {
  const { reserving } = await reserve({ replicas: 5 })
  assert.equal(reserving.reservations?.cappedBy, 'room')
  assert.deepEqual(reservedResources(reserving), web.resources)
})

test('where it would not fit without either, nothing is left out: the deployment says what is missing', async () => {
  const service = { ...web, resources: { reservedMemoryBytes: 900 * MiB } }
  const { reserving } = await reserve({ service, replicas: 5 })
  const all = { reservedCpuMillis: 230, reservedMemoryBytes: 900 * MiB }
  assert.deepEqual(reservedResources(reserving), all)
})

test('a release from before there were reservations asks the engine for the same as ever', () => {
  assert.equal(reservedResources(web), web.resources)
})

test('before the machines are known, what was observed is reserved as it is', async () => {
  const { reserving } = await reserve({}, 'unknown')
  assert.equal(reservedResources(reserving).reservedMemoryBytes, 230 * MiB)
})

test('deployments that failed for want of memory count, if they are no older than what was measured', async () => {
  const failed = (code: string, createdAtMs: number) => ({ failure: { code }, createdAtMs }) as never
  const list = async () => [failed('out_of_memory', 5), failed('exited', 5), failed('out_of_memory', 1)]
  const find = seenUseFinder({ findObservedUse: async () => use, deployments: { list } })
  assert.deepEqual(await find('shop', 'web', { sinceMs: 2 }), { ...use, outOfMemoryKills: 1 })
  const nothing = seenUseFinder({ findObservedUse: async () => null, deployments: { list } })
  assert.equal(await nothing('shop', 'web', { sinceMs: 2 }), null)
})
