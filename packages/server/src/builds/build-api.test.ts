import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBuild } from '@berth/contract'
import { createChanges } from '../changes.ts'
import { buildApi } from './build-api.ts'
import type { NewBuild } from './build-row.ts'
import type { BuildStore } from './build-store.ts'
import { aBuild } from './test-build.ts'

const caller = { name: 'ann', isAdmin: true }
const body = {
  app: 'shop',
  project: 'default',
  source: { kind: 'git', url: 'https://example.org/shop.git' },
  options: {},
}

function ask(secrets: Record<string, string>, hasSecretsBuilder: boolean) {
  const added: NewBuild[] = []
  const builds: Pick<BuildStore, 'add' | 'listUnderWay'> = {
    async add(build) {
      added.push(build)
      return aBuild()
    },
    listUnderWay: async () => [],
  }
  const deps = {
    ...{ builds, changes: createChanges(), hasSecretsBuilder: () => hasSecretsBuilder },
    apps: { get: async () => ({ project: 'default' }) },
    activity: { add: async () => undefined },
  }
  const handler = buildApi(deps as never).find(({ endpoint }) => endpoint === createBuild)
  const answered = Promise.resolve(handler?.answer({ body: { ...body, secrets }, caller }))
  return { added, answered }
}

test('a build with secrets is refused before it begins where no machine could give them', async () => {
  const { added, answered } = ask({ TOKEN: 's3cret' }, false)
  await assert.rejects(answered, (error: Error) => /No machine/.test(error.message) && !/s3cret/.test(error.message))
  assert.deepEqual(added, [])
})

test('it is taken where one can, and any other build is taken everywhere', async () => {
  for (const { added, answered } of [ask({ TOKEN: 's3cret' }, true), ask({}, false)]) {
    assert.doesNotMatch(JSON.stringify(await answered), /s3cret/)
    assert.equal(added.length, 1)
  }
})
