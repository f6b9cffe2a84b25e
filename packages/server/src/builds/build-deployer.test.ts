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
  assert.equal(servicesOf([], { images: [image], before: [] }, {})[0]?.port, 3000)
  assert.equal(servicesOf([], { images: [image], before: [] }, { port: 8080 })[0]?.port, 8080)
  assert.equal(servicesOf([], { images: [image], before: [] }, { port: null })[0]?.port, undefined)
})

test('a service that is there keeps what was said of it, its port and its being a worker included', () => {
  const image = built('web', { port: 3000 })
  assert.deepEqual(servicesOf([web], { images: [image], before: [] }, {}), [{ ...web, image: image.image }])
  assert.equal(servicesOf([worker], { images: [image], before: [] }, {})[0]?.port, undefined)
})

test('a source of one service leaves the others that no source made, and takes those away that it has no more', () => {
  const before = [built('web'), built('worker')]
  assert.deepEqual(
    servicesOf([web, worker, { ...worker, name: 'cron' }], { images: [built('web')], before: [before] }, {}).map(
      ({ name }) => name,
    ),
    ['web', 'cron'],
  )
  assert.deepEqual(
    servicesOf([web, worker], { images: [built('web')], before: [] }, {}).map(({ name, image }) => [name, image]),
    [
      ['web', 'web@sha256:00'],
      ['worker', 'old'],
    ],
  )
})

test('a source of several services says which there are, and what was said is about its face', () => {
  const services = servicesOf(
    [worker],
    { images: [built('app-server', { port: 80 }), built('worker')], before: [] },
    { env: { A: '1' } },
  )
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
  const [service] = servicesOf([{ ...web, env: { MODE: 'said' } }], { images: [image], before: [] }, {})
  assert.deepEqual(service?.env, { MODE: 'said', LEVEL: 'info' })
})

test('what only the source has said follows it: ports and variables that change, come and go', () => {
  const before = [built('app-server', { port: 3000, environment: { LEVEL: 'info', OLD: '1' } }), built('worker')]
  const env = { LEVEL: 'info', OLD: '1', SAID: 'yes' }
  const base = [
    { ...web, name: 'app-server', port: 3000, env },
    { ...worker, env: { LEVEL: 'said' } },
  ]
  const images = [
    built('app-server', { port: 4000, environment: { LEVEL: 'debug' } }),
    built('worker', { port: 5000, environment: { LEVEL: 'warn' } }),
  ]
  assert.deepEqual(
    servicesOf(base, { images, before: [before] }, {}).map(({ port, env }) => [port, env]),
    [
      [4000, { LEVEL: 'debug', SAID: 'yes' }],
      [5000, { LEVEL: 'said' }],
    ],
  )
  // A rollback has brought back what an older build said.
  const older = [built('app-server', { port: 2000 }), built('worker', { port: 2001 })]
  const back = base.map((service, i) => ({ ...service, port: 2000 + i }))
  assert.deepEqual(
    servicesOf(back, { images, before: [before, older] }, {}).map(({ port }) => port),
    [4000, 5000],
  )
  const moved = base.map((service) => ({ ...service, port: 8080 }))
  assert.deepEqual(
    servicesOf(moved, { images, before: [before] }, {}).map(({ port }) => port),
    [8080, 8080],
  )
})
