import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as api from '@berth/contract'
import { PlatformError } from '@berth/contract'
import { fakeBerth } from '../fake-berth.ts'
import { sizeBar } from './size-bar.ts'

const MiB = 1024 ** 2
const analysis: api.ImageAnalysis = {
  ...{ image: '127.0.0.1:5000/shop@sha256:1', sizeBytes: 300 * MiB, efficiency: 0.834, wastedBytes: 50 * MiB },
  layers: [
    { command: 'ADD rootfs', sizeBytes: 200 * MiB, files: 4000, wastedBytes: 50 * MiB },
    { command: 'RUN npm ci', sizeBytes: 100 * MiB, files: 900, wastedBytes: 0 },
  ],
  wastedFiles: [{ path: 'var/lib/apt/lists/main', layers: 2, wastedBytes: 50 * MiB, isDeleted: true }],
  largestFiles: [{ path: 'usr/bin/node', sizeBytes: 90 * MiB, layer: 0 }],
  duplicates: [{ sizeBytes: MiB, copies: 3, paths: ['a', 'b', 'c'], wastedBytes: 2 * MiB }],
  leftovers: [{ kind: 'language_cache', sizeBytes: 5 * MiB, files: 7, examples: ['/root/.npm/_cacache'] }],
  advice: [{ title: 'Leave .git out', detail: 'Add .git to .dockerignore', savesBytes: 7 * MiB }],
  ...{ user: null, createdAt: null },
}

async function* answer(): AsyncGenerator<api.ImageAnalysisEvent> {
  yield { kind: 'progress', text: 'alpha: reading 300 MiB' }
  yield { kind: 'analysed', analysis }
}

test('the image of an app is shown with its layers, what they waste and what to do', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  on(api.analyseAppImage, answer)
  const { code, stdout } = await berth('image', 'analyze', 'shop', '--service', 'web')
  assert.deepEqual([code, calls], [0, ['GET /v1/apps/shop/image-analysis?service=web']])
  assert.match(stdout, /^Size +300 MiB unpacked, in 2 layers$/m)
  assert.match(stdout, /^Efficiency +83\.4 %$/m)
  assert.match(stdout, /^Runs as +root$/m)
  assert.match(stdout, /^200 MiB +█{16} +50 MiB +4000 +ADD rootfs$/m)
  assert.match(stdout, /^100 MiB +█{8} +- +900 +RUN npm ci$/m)
  assert.match(stdout, /^Leave \.git out: 7 MiB\n {2}Add \.git to \.dockerignore$/m)
  assert.match(stdout, /^50 MiB +2 +\/var\/lib\/apt\/lists\/main \(deleted\)$/m)
  assert.match(stdout, /^5 MiB +7 +language cache +\/root\/\.npm\/_cacache$/m)
  assert.match(stdout, /^2 MiB +3 +\/a, \/b, \/c$/m)
  assert.match(stdout, /^90 MiB +1 +\/usr\/bin\/node$/m)
})

test('a name that is no app is taken for an image, and JSON is the whole analysis', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  on(api.analyseAppImage, () => {
    throw new PlatformError('app_not_found', 'There is no app nginx')
  })
  on(api.analyseImage, answer)
  assert.deepEqual(JSON.parse((await berth('image', 'analyze', 'nginx', '--json')).stdout), analysis)
  await berth('image', 'analyze', 'nginx:stable')
  assert.deepEqual(calls, [
    'GET /v1/apps/nginx/image-analysis',
    'GET /v1/image-analysis?name=nginx',
    'GET /v1/image-analysis?name=nginx%3Astable',
  ])
})

test('an image that no machine has is said so, with what to do', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.analyseImage, () => {
    throw new PlatformError('image_not_found', 'No machine has an image a:1', { hint: 'deploy it first' })
  })
  const { code, stderr } = await berth('image', 'analyze', 'a:1')
  assert.equal(code, 1)
  assert.match(stderr, /No machine has an image a:1[\s\S]*deploy it first/)
})

test('an image is still looked at without naming the command', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  on(api.inspectImage, () => ({
    state: 'missing' as const,
    code: 'image_not_found' as const,
    message: 'none',
    hint: null,
  }))
  await berth('image', 'nginx:stable')
  assert.deepEqual(calls, ['GET /v1/images?name=nginx%3Astable'])
})

test('a bar is as long as its share, and never nothing where there is something', () => {
  assert.deepEqual([0, 0.0001, 0.5, 1].map(sizeBar), ['', '▏', '█'.repeat(8), '█'.repeat(16)])
})
