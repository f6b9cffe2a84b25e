import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DesiredService, type ObservedService, specHashOf } from '@berth/engine'
import { planServices } from './service-plan.ts'

const web: DesiredService = {
  name: 'shop-web-r1',
  app: 'shop',
  service: 'web',
  deploymentId: 'd1',
  releaseVersion: 1,
  image: 'web@sha256:1',
  env: {},
  network: 'berth-project-default',
  replicas: 2,
  avoids: [],
  resources: {},
  stopTimeoutMs: 10_000,
}
const observe = (service: DesiredService, version = 7): ObservedService => ({
  name: service.name,
  app: service.app,
  service: service.service,
  deploymentId: service.deploymentId,
  releaseVersion: service.releaseVersion,
  specHash: specHashOf(service),
  replicas: service.replicas,
  avoids: service.avoids,
  version,
})
const knowsAll = () => true

test('plans nothing once the world matches', () => {
  assert.deepEqual(planServices([web], [observe(web)], knowsAll), [])
})

test('updates from the version it observed, so that a concurrent change is refused', () => {
  const scaled = { ...web, replicas: 3 }
  assert.deepEqual(planServices([scaled], [observe(web)], knowsAll), [
    { kind: 'update', app: 'shop', service: scaled, fromVersion: 7 },
  ])
})

test('a service that has to leave a machine is updated, and left alone once it says so', () => {
  const leaving = { ...web, avoids: ['b', 'a'] }
  assert.deepEqual(
    planServices([leaving], [observe(web)], knowsAll).map(({ kind }) => kind),
    ['update'],
  )
  assert.deepEqual(planServices([leaving], [{ ...observe(web), avoids: ['a', 'b'] }], knowsAll), [])
})

test('starts the new service before it removes the old one', () => {
  const plan = planServices([{ ...web, name: 'shop-web-r2' }], [observe(web)], knowsAll)
  assert.deepEqual(
    plan.map(({ kind }) => kind),
    ['create', 'remove'],
  )
})

test('leaves services of an app that the database has never heard of', () => {
  assert.deepEqual(
    planServices([], [observe(web)], () => false),
    [],
  )
})

test('what a removed app of the same name left behind is removed first, not updated', () => {
  const plan = planServices([{ ...web, deploymentId: 'd9' }], [observe(web)], knowsAll)
  assert.deepEqual(plan, [{ kind: 'remove', app: 'shop', name: 'shop-web-r1' }])
})
