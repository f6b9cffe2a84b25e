import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { readBuildContext } from './build-context.ts'

let project: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'berth-context-'))
  for (const path of ['package.json', 'package-lock.json', 'deploy/berth/Dockerfile', 'packages/cli/package.json']) {
    put(path, path)
  }
  put('packages/server/src/main.ts', 'one')
})
afterEach(() => rmSync(project, { recursive: true }))

test('holds what the image is made from and nothing else', async () => {
  put('packages/cli/src/main.ts', 'not in the image')
  put('packages/server/src/plan.test.ts', 'not in the image')
  put('packages/server/node_modules/x/index.js', 'not in the image')
  const { files } = await readBuildContext(project)
  assert.deepEqual(
    files.map(({ path }) => path),
    [
      'deploy/berth/Dockerfile',
      'package-lock.json',
      'package.json',
      'packages/cli/package.json',
      'packages/server/src/main.ts',
    ],
  )
})

test('holds what the dashboard is built from, and neither its tests nor what was built', async () => {
  for (const path of [
    'package.json',
    'index.html',
    'vite.config.ts',
    'build/budget.ts',
    'public/a.svg',
    'src/parts/a.tsx',
  ]) {
    put(`packages/dashboard/${path}`, path)
  }
  put('packages/dashboard/src/parts/a.test.ts', 'not in the image')
  put('packages/dashboard/dist/index.html', 'not in the image')
  put('packages/dashboard/dev/fake-berth.ts', 'not in the image')
  const { files } = await readBuildContext(project)
  assert.deepEqual(
    files.map(({ path }) => path).filter((path) => path.startsWith('packages/dashboard/')),
    [
      'packages/dashboard/build/budget.ts',
      'packages/dashboard/index.html',
      'packages/dashboard/package.json',
      'packages/dashboard/public/a.svg',
      'packages/dashboard/src/parts/a.tsx',
      'packages/dashboard/vite.config.ts',
    ],
  )
})

test('the hash changes with a file of the image, and only then', async () => {
  const { hash } = await readBuildContext(project)
  put('packages/server/src/plan.test.ts', 'a test')
  assert.equal((await readBuildContext(project)).hash, hash)
  put('packages/server/src/main.ts', 'two')
  assert.notEqual((await readBuildContext(project)).hash, hash)
})

function put(path: string, content: string) {
  mkdirSync(dirname(join(project, path)), { recursive: true })
  writeFileSync(join(project, path), content)
}
