import { randomUUID } from 'node:crypto'
import { type ClusterState, type DesiredService, type ObservedInstance, specHashOf } from '@berth/engine'
import type { Kysely } from 'kysely'
import { appStore } from '../../packages/server/src/apps/app-store.ts'
import type { Database } from '../../packages/server/src/database/database.ts'
import type { Schema } from '../../packages/server/src/database/schema.ts'
import { deploymentStore } from '../../packages/server/src/deployments/deployment-store.ts'
import { projectStore } from '../../packages/server/src/projects/project-store.ts'
import { releaseStore } from '../../packages/server/src/releases/release-store.ts'
import { defaultService } from '../../packages/server/src/releases/service-change.ts'
import { desiredServices } from '../../packages/server/src/services/desired-services.ts'
import { liveDeployments } from '../../packages/server/src/services/live-deployments.ts'
import { wantedReader } from '../../packages/server/src/services/wanted.ts'

export type Size = { machines: number; instances: number; apps: number }

const image = `registry.example.org/shop@sha256:${'a'.repeat(64)}`
const rowsPerInsert = 50

export const certificateMs = 24 * 3_600_000
/** Whole seconds, as in a certificate. */
const startedAtMs = Math.ceil(Date.now() / 1_000) * 1_000
export const certificateEndsAtMs = startedAtMs + certificateMs

const machineName = (index: number) => `machine-${String(index).padStart(4, '0')}`
const appName = (index: number) => `app-${String(index).padStart(4, '0')}`

/** Writes apps that were deployed, and answers with the cluster in which all that they want runs. */
export async function makeUpCluster(database: Database, size: Size): Promise<ClusterState> {
  const deps = { database, newId: () => randomUUID(), now: Date.now }
  const stores = { apps: appStore(deps), deployments: deploymentStore(deps), releases: releaseStore(deps) }
  await projectStore(deps).ensureFirst('default')
  await deployFirst(stores, size)
  await database.transaction((trx) => copyFirst(trx, size.apps))
  const state = clusterOf(desiredServices(liveDeployments(await wantedReader(stores)())), size)
  await database.transaction((trx) => recordMachines(trx, state))
  return state
}

type Stores = Pick<Parameters<typeof wantedReader>[0], 'apps' | 'deployments'>

/** Through all its stages, so that its rows are what the server itself would have written. */
async function deployFirst({ apps, deployments }: Stores, size: Size) {
  const service = { ...defaultService, image, port: 80 }
  const { deployment } = await apps.createWithDeployment({
    app: { name: appName(0), project: 'default', replicas: size.instances / size.apps },
    deployment: { services: [service], requestedBy: 'bench', deadlineMs: 60_000 },
  })
  const { id } = deployment
  await deployments.begin(id)
  await deployments.advance(id, 'resolve', 'release')
  await deployments.addRelease(id, [{ ...service, imageDigest: image }])
  await deployments.advance(id, 'pull', 'switch')
  await deployments.switchRoute(id)
  await deployments.finish(id, 'succeeded')
}

/** The rows of all other apps, which differ in nothing but the names. */
async function copyFirst(trx: Kysely<Schema>, apps: number) {
  const names = Array.from({ length: apps - 1 }, (_, index) => ({ app: appName(index + 1), id: randomUUID() }))
  const app = await trx.selectFrom('apps').selectAll().executeTakeFirstOrThrow()
  const release = await trx.selectFrom('releases').selectAll().executeTakeFirstOrThrow()
  const deployment = await trx.selectFrom('deployments').selectAll().executeTakeFirstOrThrow()
  for (let from = 0; from < names.length; from += rowsPerInsert) {
    const some = names.slice(from, from + rowsPerInsert)
    const rows = some.map((one) => ({ ...app, name: one.app, activeDeploymentId: null }))
    await trx.insertInto('apps').values(rows).execute()
    await trx
      .insertInto('releases')
      .values(some.map((one) => ({ ...release, app: one.app })))
      .execute()
    await trx
      .insertInto('deployments')
      .values(some.map((one) => ({ ...deployment, ...one })))
      .execute()
    for (const one of some) {
      await trx.updateTable('apps').set({ activeDeploymentId: one.id }).where('name', '=', one.app).execute()
    }
  }
}

/** As they are when they have joined. */
async function recordMachines(trx: Kysely<Schema>, { machines }: ClusterState) {
  const times = { roleAtMs: startedAtMs, addedAtMs: startedAtMs, removedAtMs: null }
  const rows = machines.map(({ id, name, role }) => ({
    ...{ identityId: id, machineId: id, name, role, certificateEndsAtMs },
    ...times,
  }))
  for (let from = 0; from < rows.length; from += rowsPerInsert) {
    await trx
      .insertInto('machines')
      .values(rows.slice(from, from + rowsPerInsert))
      .execute()
  }
}

function clusterOf(desired: readonly DesiredService[], size: Size): ClusterState {
  let placed = 0
  const instances = desired.flatMap((service) =>
    Array.from({ length: service.replicas }, (_, slot) => instanceOf(service, slot, placed++, size)),
  )
  const machines = Array.from({ length: size.machines }, (_, index) => machineOf(index))
  return {
    services: desired.map((service) => ({
      ...{ name: service.name, app: service.app, service: service.service, deploymentId: service.deploymentId },
      ...{ releaseVersion: service.releaseVersion, specHash: specHashOf(service), replicas: service.replicas },
      ...{ avoids: [], version: 1 },
    })),
    instances,
    machines,
    reserved: Object.fromEntries(machines.map(({ id }) => [id, { cpuMillis: 500, memoryBytes: 640 * 1024 ** 2 }])),
  }
}

/** Spread over the machines, one after the other, and up for a day. */
function instanceOf(service: DesiredService, slot: number, number: number, size: Size): ObservedInstance {
  const since = new Date(Date.now() - 24 * 3_600_000).toISOString()
  const { app, deploymentId, releaseVersion } = service
  const ip = `10.${10 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`
  return {
    ...{ id: `instance${String(number).padStart(17, '0')}`, serviceName: service.name, app, service: service.service },
    ...{ deploymentId, releaseVersion, slot: slot + 1, machineId: machineId(number % size.machines) },
    ...{ state: 'running', isWanted: true, message: null, exitCode: null, image: service.image },
    ...{ addresses: [{ network: service.network, ip }], createdAt: since, since },
  }
}

const machineId = (index: number) => `node${String(index).padStart(21, '0')}`

const machineOf = (index: number): ClusterState['machines'][number] => ({
  ...{ id: machineId(index), name: machineName(index), role: index === 0 ? 'manager' : 'worker' },
  ...{
    isLeader: index === 0,
    isReady: true,
    isSchedulable: true,
    availability: 'active',
    cordonLabel: null,
    isOpened: false,
  },
  ...{ labels: {}, holds: index === 0 ? ['server', 'registry'] : [], version: 10 },
  ...{ address: `192.168.${index >> 8}.${index & 255}`, engineVersion: '29.1.2' },
  ...{ cpuMillis: 8_000, memoryBytes: 32 * 1024 ** 3 },
})
