import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BuiltService } from '@berth/contract'
import { defaultService } from '../releases/service-change.ts'
import { servicesOf } from './build-deployer.ts'

const built = (service: string, change: Partial<BuiltService> = {}): BuiltService => ({
  ...{ service, image: `${service}@sha256:00`, imageBytes: 1, port: null, environment: {} },
  ...change,
})
const web = { ...defaultService, name: 'web', image: 'old', port: 80 }
const worker = { ...defaultService, name: 'worker', image: 'old' }

test('a first build listens on the port of its image, unless another is said', () => {
  const image = built('web', { port: 3000 })
  assert.equal(servicesOf([], [image], {})[0]?.port, 3000)
  assert.equal(servicesOf([], [image], { port: 8080 })[0]?.port, 8080)
  assert.equal(servicesOf([], [image], { port: null })[0]?.port, undefined)
})

test('a service that is there keeps what was said of it, its port and its being a worker included', () => {
  const image = built('web', { port: 3000 })
  assert.deepEqual(servicesOf([web], [image], {}), [{ ...web, image: image.image }])
  assert.equal(servicesOf([worker], [image], {})[0]?.port, undefined)
})

test('a source of one service leaves the others as they are', () => {
  assert.deepEqual(
    servicesOf([web, worker], [built('web')], {}).map(({ name, image }) => [name, image]),
    [
      ['web', 'web@sha256:00'],
      ['worker', 'old'],
    ],
  )
})

test('a source of several services says which there are, and what was said is about its face', () => {
  const services = servicesOf([worker], [built('app-server', { port: 80 }), built('worker')], { env: { A: '1' } })
  assert.deepEqual(
    services.map(({ name, port, env }) => [name, port, env]),
    [
      ['app-server', 80, { A: '1' }],
      ['worker', undefined, {}],
    ],
  )
})

test('what the source sets in the environment gives way to what people set', () => {
  const image = built('web', { environment: { MODE: 'file', LEVEL: 'info' } })
  const [service] = servicesOf([{ ...web, env: { MODE: 'said' } }], [image], {})
  assert.deepEqual(service?.env, { MODE: 'said', LEVEL: 'info' })
})
