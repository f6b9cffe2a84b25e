import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { deploymentRows } from '../deployments/deployment-rows.ts'
import { deploymentStore } from '../deployments/deployment-store.ts'
import { insertDeployment } from '../deployments/insert-deployment.ts'
import { appStore } from './app-store.ts'

const deployment = { services: [], requestedBy: 'alice', deadlineMs: 60_000 }
const shop = { name: 'shop', project: 'default', replicas: 2 }

export const appStoreSuite = (engine: TestEngine) =>
  describe(`apps on ${engine.name}`, () => {
    const open = async (t: TestContext) => {
      const deps = await openForTest(t, await engine.place(t))
      return { apps: appStore(deps), deployments: deploymentStore(deps), database: deps.database }
    }

    test('an app is made together with its first deployment', async (t) => {
      const { apps, deployments } = await open(t)
      const created = await apps.createWithDeployment({ app: shop, deployment })
      assert.deepEqual(created.app, { ...shop, isStopped: false, activeDeploymentId: null, createdAtMs: testTimeMs })
      assert.deepEqual(await apps.get('shop'), created.app)
      assert.deepEqual(await deployments.latestOf('shop'), created.deployment)
    })

    test('a name that is taken is refused, and nothing of the second is kept', async (t) => {
      const { apps, deployments, database } = await open(t)
      await apps.createWithDeployment({ app: shop, deployment })
      const second = apps.createWithDeployment({ app: { ...shop, project: 'other' }, deployment })
      await assert.rejects(second, { code: 'app_exists' })
      assert.equal((await deployments.list('shop', { limit: 10 })).length, 1)
      assert.deepEqual(await database.db.selectFrom('projects').select('name').execute(), [{ name: 'default' }])
    })

    test('of ten that want one name at once exactly one gets it', async (t) => {
      const { apps } = await open(t)
      const tries = Array.from({ length: 10 }, () => apps.createWithDeployment({ app: shop, deployment }))
      const results = await Promise.allSettled(tries)
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    })

    test('lists by name, the same way on every engine', async (t) => {
      const { apps } = await open(t)
      for (const name of ['shop-b', 'shopa', 'shop', 'a9', 'a-z']) {
        await apps.createWithDeployment({ app: { ...shop, name }, deployment })
      }
      assert.deepEqual(
        (await apps.list()).map(({ name }) => name),
        ['a-z', 'a9', 'shop', 'shop-b', 'shopa'],
      )
    })

    /** An app whose first deployment has succeeded. */
    async function serving(t: TestContext) {
      const opened = await open(t)
      const { deployments } = opened
      const { deployment: first } = await opened.apps.createWithDeployment({ app: shop, deployment })
      await deployments.advance(first.id, 'resolve', 'release')
      await deployments.addRelease(first.id, [])
      await deployments.advance(first.id, 'pull', 'start')
      await deployments.advance(first.id, 'start', 'check')
      await deployments.advance(first.id, 'check', 'switch')
      await deployments.switchRoute(first.id)
      await deployments.finish(first.id, 'succeeded')
      return opened
    }

    test('replicas and being stopped are changed one without the other', async (t) => {
      const { apps } = await serving(t)
      assert.equal((await apps.setReplicas('shop', 5)).replicas, 5)
      assert.equal((await apps.stop('shop')).isStopped, true)
      assert.deepEqual([(await apps.get('shop')).replicas, (await apps.get('shop')).isStopped], [5, true])
      assert.equal((await apps.start('shop')).isStopped, false)
    })

    test('an app is not stopped while it is being deployed, and what never served is not started', async (t) => {
      const { apps, deployments } = await open(t)
      const { deployment: first } = await apps.createWithDeployment({ app: shop, deployment })
      await assert.rejects(apps.stop('shop'), { code: 'deployment_in_progress', message: /alice started deployment/ })
      await deployments.cancel(first.id, 'no longer wanted')
      await assert.rejects(apps.start('shop'), { code: 'release_not_found' })
      assert.equal((await apps.stop('shop')).isStopped, true)
    })

    test('a stop waits for a deployment that is just being recorded, and is then refused', async (t) => {
      const { apps, database } = await serving(t)
      let stopping: Promise<unknown> | undefined
      await database.transaction(async (trx) => {
        const rows = deploymentRows(trx, database.dialect)
        const second = { ...deployment, app: 'shop', kind: 'deploy', id: 'second', atMs: testTimeMs } as const
        await insertDeployment(rows, second, false)
        stopping = apps.stop('shop')
        stopping.catch(() => undefined)
        await delay(50) // Long enough for a stop that did not wait to have gone through.
      })
      await assert.rejects(async () => stopping, { code: 'deployment_in_progress' })
      assert.equal((await apps.get('shop')).isStopped, false)
    })

    test('lists the projects', async (t) => {
      const { apps } = await open(t)
      await apps.ensureProject('team')
      await apps.createWithDeployment({ app: shop, deployment })
      assert.deepEqual((await apps.listProjects()).toSorted(), ['default', 'team'])
    })

    test('what is not there is said so, with what to do', async (t) => {
      const { apps } = await open(t)
      const notFound = { code: 'app_not_found', hint: /berth apps/ }
      assert.equal(await apps.find('shop'), undefined)
      await assert.rejects(apps.get('shop'), notFound)
      await assert.rejects(apps.setReplicas('shop', 1), notFound)
      await assert.rejects(apps.stop('shop'), notFound)
      await assert.rejects(apps.start('shop'), notFound)
      await assert.rejects(apps.remove('shop'), notFound)
      assert.deepEqual(await apps.listRemoved(), [])
    })

    test('a removed app takes its history with it and is remembered until it is made anew', async (t) => {
      const { apps, deployments } = await open(t)
      for (let round = 0; round < 2; round++) {
        const { deployment: first } = await apps.createWithDeployment({ app: shop, deployment })
        assert.deepEqual(await apps.listRemoved(), [])
        await deployments.advance(first.id, 'resolve', 'release')
        assert.equal((await deployments.addRelease(first.id, []))?.releaseVersion, 1)
        await apps.remove('shop')
        assert.deepEqual(await deployments.listByIds([first.id]), [])
        assert.deepEqual(await apps.listRemoved(), ['shop'])
      }
    })

    test('whoever may not make projects makes an app only where one is', async (t) => {
      const { apps, database } = await open(t)
      const request = { app: shop, deployment, mustHaveProject: true }
      await assert.rejects(apps.createWithDeployment(request), { code: 'project_not_found' })
      assert.deepEqual(await database.db.selectFrom('projects').select('name').execute(), [])
      await apps.ensureProject(shop.project)
      assert.equal((await apps.createWithDeployment(request)).app.name, 'shop')
    })

    test('a project may be asked for any number of times', async (t) => {
      const { apps } = await open(t)
      await Promise.all([apps.ensureProject('team'), apps.ensureProject('team'), apps.ensureProject('team')])
    })
  })
