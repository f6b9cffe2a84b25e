import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformError } from '@berth/contract'
import { checkChange, checkNewApp, chooseName, toChange } from './deploy-request.ts'

const none = { worker: false, replayUnsafeRequests: false }
const refused =
  (message: RegExp, hint = /^/) =>
  (error: unknown) =>
    error instanceof PlatformError && message.test(error.message) && hint.test(error.hint ?? '')

for (const [image, name] of [
  ['nginx:stable', 'nginx'],
  ['ghcr.io/team/shop:1.2', 'shop'],
  ['127.0.0.1:5000/my_app.web@sha256:00', 'my-app-web'],
] as const) {
  test(`${image} is called ${name} unless a name is given`, () => {
    assert.equal(chooseName({ image }), name)
    assert.equal(chooseName({ image, name: 'other' }), 'other')
  })
}

test('asks for a name where the image has none that will do', () => {
  assert.throws(() => chooseName({ image: 'team/7zip' }), refused(/^--name: give one, because "7zip"/))
  assert.throws(() => chooseName({}), refused(/say what to deploy/))
})

test('a change holds only what was said', () => {
  assert.deepEqual(toChange(none, {}), {})
  assert.deepEqual(toChange({ ...none, image: 'a', cpu: 150 }, { A: null }), {
    image: 'a',
    env: { A: null },
    resources: { cpuMillis: 150 },
  })
  assert.deepEqual(toChange({ ...none, worker: true }, {}), { port: null })
})

test('a new app needs an image, and a port or the word that it takes no traffic', () => {
  assert.throws(() => checkNewApp('hello', { port: 80 }), refused(/--image <image> is needed/))
  assert.throws(() => checkNewApp('hello', { image: 'a' }), refused(/^--port is needed/, /--worker/))
  assert.deepEqual(checkNewApp('clock', { image: 'a', port: null }), { image: 'a', port: null })
})

test('what contradicts itself is refused', () => {
  assert.throws(() => toChange({ ...none, worker: true, port: 80 }, {}), refused(/a worker has no --port/))
  assert.throws(() => toChange({ ...none, worker: true, healthPath: '/' }, {}), refused(/a worker takes no requests/))
  assert.throws(() => checkChange('hello', {}), refused(/nothing to change/, /berth restart hello/))
})
