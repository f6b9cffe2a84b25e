import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { appStore } from '../apps/app-store.ts'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { deploymentStore } from '../deployments/deployment-store.ts'
import { type ReleaseService, releaseStore } from './release-store.ts'

const web: ReleaseService = {
  name: 'web',
  image: 'nginx:stable',
  imageDigest: `nginx@sha256:${'a'.repeat(64)}`,
  port: 80,
  env: { GREETING: 'Grüße\n"quoted" 🚢' },
  resources: {},
  healthCheck: {},
  replayUnsafeRequests: false,
  stopTimeoutMs: 10_000,
}

export const releaseStoreSuite = (engine: TestEngine) =>
  describe(`releases on ${engine.name}`, () => {
    test('are numbered per app, kept as they were made, and listed newest first', async (t) => {
      const deps = await openForTest(t, await engine.place(t))
      const [apps, deployments, releases] = [appStore(deps), deploymentStore(deps), releaseStore(deps)]
      for (const name of ['shop', 'blog']) {
        const { deployment: first } = await apps.createWithDeployment({
          app: { name, project: 'default', replicas: 1 },
          deployment: { services: [], requestedBy: 'alice', deadlineMs: 1_000 },
        })
        await deployments.advance(first.id, 'resolve', 'release')
        await deployments.addRelease(first.id, [web])
        await deployments.cancel(first.id, 'enough')
      }
      const second = { services: [], requestedBy: 'bob', deadlineMs: 1_000 }
      const { id } = await deployments.add({ ...second, app: 'shop', kind: 'deploy' })
      await deployments.advance(id, 'resolve', 'release')
      await deployments.addRelease(id, [])

      const v1 = { app: 'shop', version: 1, services: [web], createdBy: 'alice', createdAtMs: testTimeMs }
      const v2 = { app: 'shop', version: 2, services: [], createdBy: 'bob', createdAtMs: testTimeMs }
      assert.deepEqual(await releases.list('shop'), [v2, v1])
      assert.deepEqual(await releases.latest('shop'), v2)
      assert.deepEqual(await releases.get('shop', 1), v1)
      assert.equal((await releases.latest('blog'))?.version, 1)
      assert.equal(await releases.latest('none'), undefined)
      assert.equal(await releases.find('shop', 3), undefined)
      await assert.rejects(releases.get('shop', 3), { code: 'release_not_found', hint: /berth/ })
    })
  })
