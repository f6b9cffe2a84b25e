import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppRow } from '../apps/app-store.ts'
import type { DeploymentRow } from '../deployments/deployment-row.ts'
import type { ReleaseRow } from '../releases/release-store.ts'
import { routeTable } from '../routes/route-table.ts'
import { desiredServices } from './desired-services.ts'
import { liveDeployments } from './live-deployments.ts'

const service = {
  name: 'web',
  image: 'web:1',
  port: 80,
  env: {},
  resources: {},
  healthCheck: {},
  replayUnsafeRequests: false,
  stopTimeoutMs: 10_000,
  imageDigest: 'web@sha256:1',
}
const shop: AppRow = {
  name: 'shop',
  project: 'default',
  replicas: 2,
  isStopped: false,
  activeDeploymentId: 'd1',
  createdAtMs: 0,
}
const release = (version: number): ReleaseRow => ({
  app: 'shop',
  version,
  services: [service],
  createdBy: 'ann',
  createdAtMs: 0,
})
const deployment = (id: string, releaseVersion: number, more: Partial<DeploymentRow> = {}): DeploymentRow => ({
  id,
  app: 'shop',
  kind: 'deploy',
  services: [service],
  releaseVersion,
  generation: 1,
  state: 'succeeded',
  stage: 'drain',
  failure: null,
  steps: [],
  requestedBy: 'ann',
  deadlineMs: 60_000,
  previousDeploymentId: null,
  createdAtMs: 0,
  finishedAtMs: 0,
  ...more,
})
const served = deployment('d1', 1)
const releases = [release(1), release(2)]
const live = (app: AppRow, ...deployments: DeploymentRow[]) => liveDeployments({ apps: [app], deployments, releases })
const namesOf = (app: AppRow, ...deployments: DeploymentRow[]) =>
  desiredServices(live(app, ...deployments)).map(({ name, replicas }) => `${name} x${replicas}`)
const routedTo = (app: AppRow, ...deployments: DeploymentRow[]) =>
  routeTable(live(app, ...deployments), 'localhost').routes.map(({ host, backend }) => `${host} -> ${backend}`)

test('a candidate runs beside what serves, and the route stays', () => {
  const candidate = deployment('d2', 2, { state: 'running', stage: 'check' })
  assert.deepEqual(namesOf(shop, served, candidate), ['shop-web-r2 x2', 'shop-web-r1 x2'])
  assert.deepEqual(routedTo(shop, served, candidate), ['shop.localhost -> shop-web-r1'])
})

test('while it is switched the old instances stay, and the route leads to the new ones', () => {
  const switched = deployment('d2', 2, { state: 'running', stage: 'drain', previousDeploymentId: 'd1' })
  const app = { ...shop, activeDeploymentId: 'd2' }
  assert.deepEqual(namesOf(app, served, switched).sort(), ['shop-web-r1 x2', 'shop-web-r2 x2'])
  assert.deepEqual(routedTo(app, served, switched), ['shop.localhost -> shop-web-r2'])
})

test('a deployment that failed or was cancelled leaves nothing behind', () => {
  for (const state of ['failed', 'cancelled'] as const) {
    assert.deepEqual(namesOf(shop, served, deployment('d2', 2, { state, stage: 'check' })), ['shop-web-r1 x2'])
  }
})

test('nothing runs for a deployment whose image is still being pulled', () => {
  assert.deepEqual(namesOf(shop, served, deployment('d2', 2, { state: 'running', stage: 'pull' })), ['shop-web-r1 x2'])
})

test('the same release deployed again gets names of its own', () => {
  const again = deployment('d2', 1, { state: 'running', stage: 'start', generation: 2 })
  assert.deepEqual(namesOf(shop, served, again), ['shop-web-r1-2 x2', 'shop-web-r1 x2'])
})

test('a stopped app keeps its host and has no instances', () => {
  const stopped = { ...shop, isStopped: true }
  assert.deepEqual(namesOf(stopped, served), ['shop-web-r1 x0'])
  assert.deepEqual(routedTo(stopped, served), ['shop.localhost -> null'])
})

test('a stopped app that is deployed starts only its new instances', () => {
  const candidate = deployment('d2', 2, { state: 'running', stage: 'start' })
  assert.deepEqual(namesOf({ ...shop, isStopped: true }, served, candidate), ['shop-web-r2 x2', 'shop-web-r1 x0'])
})

test('the edges keep their slots when an app is scaled a little', () => {
  const slots = (replicas: number) => routeTable(live({ ...shop, replicas }, served), 'localhost').backends[0]?.slots
  assert.deepEqual([slots(1), slots(4), slots(5)], [8, 8, 16])
})

test('several services of a release find each other, and only the first answers for the app', () => {
  const worker = { ...service, name: 'worker' }
  const { port: _, ...portless } = service
  const having = (services: ReleaseRow['services']) =>
    liveDeployments({ apps: [shop], deployments: [served], releases: [{ ...release(1), services }] })
  const routeOf = (services: ReleaseRow['services']) =>
    routeTable(having(services), 'localhost').routes.map(({ backend }) => backend)
  assert.deepEqual(routeOf([service, worker]), ['shop-web-r1'])
  assert.deepEqual(routeOf([portless, worker]), [])
  const siblingsOf = (services: ReleaseRow['services']) =>
    desiredServices(having(services)).map(({ siblings }) => siblings)
  assert.deepEqual(siblingsOf([service, worker]), ['shop-r1', 'shop-r1'])
  assert.deepEqual(siblingsOf([service]), [undefined])
})
