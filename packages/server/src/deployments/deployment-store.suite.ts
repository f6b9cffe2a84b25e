import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { DeploymentFailure, DeploymentStage } from '@berth/contract'
import { appStore } from '../apps/app-store.ts'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { releaseStore } from '../releases/release-store.ts'
import type { DeploymentRow, NewDeployment } from './deployment-row.ts'
import { deploymentStore } from './deployment-store.ts'
import { forwardOnlySuite } from './forward-only.suite.ts'

const wanted: NewDeployment = { app: 'shop', kind: 'deploy', services: [], requestedBy: 'bob', deadlineMs: 60_000 }
const failure: DeploymentFailure = { code: 'exited', message: 'exit code 1', hint: null, logLines: ['a\0b'] }
const stepOf = (row: DeploymentRow | undefined, stage: DeploymentStage) =>
  row?.steps.find((step) => step.stage === stage)
const statesOf = (row: DeploymentRow | undefined) => row?.steps.map(({ state }) => state).join(' ')

export const deploymentStoreSuite = (engine: TestEngine) =>
  describe(`deployments on ${engine.name}`, () => {
    async function open(t: TestContext) {
      const location = await engine.place(t)
      const deps = await openForTest(t, location)
      const stores = { apps: appStore(deps), deployments: deploymentStore(deps), releases: releaseStore(deps) }
      const { deployment: first } = await stores.apps.createWithDeployment({
        app: { name: 'shop', project: 'default', replicas: 1 },
        deployment: { services: [], requestedBy: 'alice', deadlineMs: 60_000 },
      })
      return { ...stores, first, location }
    }
    type Opened = Awaited<ReturnType<typeof open>>

    async function toDrain({ deployments }: Opened, { id, stage }: DeploymentRow) {
      if (stage === 'resolve') {
        await deployments.advance(id, 'resolve', 'release')
        await deployments.addRelease(id, [])
      }
      await deployments.advance(id, 'pull', 'start')
      await deployments.advance(id, 'start', 'check')
      await deployments.advance(id, 'check', 'switch')
      return deployments.switchRoute(id)
    }

    test('goes through all stages and ends with the route', async (t) => {
      const opened = await open(t)
      const { deployments, apps, releases, first } = opened
      assert.equal(statesOf(first), 'waiting waiting waiting waiting waiting waiting waiting')
      assert.equal(
        statesOf(await deployments.begin(first.id)),
        'running waiting waiting waiting waiting waiting waiting',
      )
      const drained = await toDrain(opened, first)
      assert.equal(statesOf(drained), 'done done done done done done running')
      const done = await deployments.finish(first.id, 'succeeded')
      assert.deepEqual([done?.state, done?.releaseVersion, done?.generation], ['succeeded', 1, 1])
      assert.equal(statesOf(done), 'done done done done done done done')
      assert.equal(done?.finishedAtMs, testTimeMs)
      assert.equal((await apps.get('shop')).activeDeploymentId, first.id)
      assert.equal((await releases.latest('shop'))?.createdBy, 'alice')
      assert.deepEqual(await deployments.get('shop', first.id), done)
    })

    test('the newest of every app comes in one answer', async (t) => {
      const { deployments, apps, first } = await open(t)
      const second = await deployments.add(wanted, { supersede: true })
      const app = { name: 'blog', project: 'default', replicas: 1 }
      const { deployment } = await apps.createWithDeployment({ app, deployment: wanted })
      const ids = (await deployments.listLatest()).map(({ id }) => id)
      assert.deepEqual(ids.sort(), [second.id, deployment.id].sort())
      assert.ok(!ids.includes(first.id))
    })

    test('an app that was stopped is started by the switch', async (t) => {
      const opened = await open(t)
      await toDrain(opened, opened.first)
      await opened.deployments.finish(opened.first.id, 'succeeded')
      await opened.apps.stop('shop')
      await toDrain(opened, await opened.deployments.add({ ...wanted, releaseVersion: 1 }))
      assert.equal((await opened.apps.get('shop')).isStopped, false)
    })

    test('a second one is refused with who started the first, when, and what to do', async (t) => {
      const { deployments, first } = await open(t)
      await assert.rejects(deployments.add(wanted), (error: Error & { code: string; hint: string }) => {
        assert.equal(error.code, 'deployment_in_progress')
        for (const part of ['alice', first.id, '2030-01-02T03:04:05']) assert.match(error.message, new RegExp(part))
        assert.match(error.hint, /--supersede.*|berth cancel shop/)
        return true
      })
    })

    test('of two at once exactly one wins, also from two servers', async (t) => {
      const { deployments, first, location } = await open(t)
      const other = deploymentStore(await openForTest(t, location))
      await deployments.finish(first.id, 'failed', failure)
      for (let round = 0; round < 10; round++) {
        const results = await Promise.allSettled([deployments.add(wanted), other.add(wanted)])
        const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
        const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
        assert.deepEqual([won.length, lost], [1, ['deployment_in_progress']])
        await deployments.cancel(won[0]?.id ?? '', 'next round')
      }
    })

    test('of many that supersede each other at once the last one is left', async (t) => {
      const { deployments } = await open(t)
      await Promise.all(Array.from({ length: 8 }, () => deployments.add(wanted, { supersede: true })))
      const all = await deployments.list('shop', { limit: 20 })
      assert.deepEqual(
        all.map(({ state }) => state),
        ['pending', ...Array(8).fill('cancelled')],
      )
    })

    test('superseding cancels the one under way and says by whom', async (t) => {
      const { deployments, first } = await open(t)
      await deployments.begin(first.id)
      const second = await deployments.add(wanted, { supersede: true })
      const cancelled = await deployments.get('shop', first.id)
      assert.equal(cancelled.state, 'cancelled')
      assert.equal(stepOf(cancelled, 'resolve')?.detail, `superseded by bob with deployment ${second.id}`)
      assert.deepEqual(await deployments.listActive(), [second])
    })

    test('superseding one that has the route already lets it count as succeeded', async (t) => {
      const opened = await open(t)
      await toDrain(opened, opened.first)
      await opened.deployments.add(wanted, { supersede: true })
      assert.equal((await opened.deployments.get('shop', opened.first.id)).state, 'succeeded')
    })

    test('an earlier release starts at its pull, in its next generation', async (t) => {
      const opened = await open(t)
      const { deployments, first } = opened
      await toDrain(opened, first)
      await deployments.finish(first.id, 'succeeded')
      const again = await deployments.add({ ...wanted, kind: 'restart', releaseVersion: 1 })
      assert.deepEqual([again.stage, again.releaseVersion, again.generation], ['pull', 1, 2])
      assert.equal(statesOf(again), 'skipped skipped waiting waiting waiting waiting waiting')
      const drained = await toDrain(opened, again)
      assert.equal(drained?.previousDeploymentId, first.id)
      await assert.rejects(deployments.add({ ...wanted, releaseVersion: 7 }), { code: 'release_not_found' })
    })

    test('a release is made once, however often a server repeats it after a crash', async (t) => {
      const { deployments, releases, first, location } = await open(t)
      const other = deploymentStore(await openForTest(t, location))
      await assert.rejects(deployments.addRelease(first.id, []), { code: 'conflict' })
      await deployments.advance(first.id, 'resolve', 'release')
      const results = await Promise.all([deployments.addRelease(first.id, []), other.addRelease(first.id, [])])
      assert.deepEqual(results[0], results[1])
      assert.equal((await releases.list('shop')).length, 1)
      await deployments.advance(first.id, 'pull', 'start')
      assert.equal((await deployments.addRelease(first.id, []))?.stage, 'start')
    })

    test('a change that comes too late changes nothing', async (t) => {
      const { deployments, first } = await open(t)
      assert.equal(await deployments.advance(first.id, 'pull', 'start'), undefined)
      assert.equal(await deployments.setDetail(first.id, 'pull', 'half'), undefined)
      const failed = await deployments.finish(first.id, 'failed', failure)
      assert.equal(await deployments.begin(first.id), undefined)
      assert.equal(await deployments.advance(first.id, 'resolve', 'release'), undefined)
      assert.equal(await deployments.finish(first.id, 'cancelled'), undefined)
      assert.equal(await deployments.switchRoute('no such id'), undefined)
      assert.deepEqual(await deployments.get('shop', first.id), failed)
      assert.deepEqual(failed?.failure, failure)
    })

    test('stages that mean a transaction cannot be walked around', async (t) => {
      const { deployments, first } = await open(t)
      await assert.rejects(deployments.advance(first.id, 'release', 'pull'), RangeError)
      await assert.rejects(deployments.advance(first.id, 'switch', 'drain'), RangeError)
      await assert.rejects(deployments.advance(first.id, 'resolve', 'pull'), RangeError)
      await assert.rejects(deployments.advance(first.id, 'resolve', 'resolve'), RangeError)
      await assert.rejects(deployments.finish(first.id, 'succeeded'), { code: 'conflict' })
      assert.deepEqual(await deployments.get('shop', first.id), first)
    })

    test('what has the route can no longer fail or be cancelled, only be taken back', async (t) => {
      const opened = await open(t)
      const { deployments, apps, first } = opened
      await toDrain(opened, first)
      await deployments.finish(first.id, 'succeeded')
      const second = await deployments.add({ ...wanted, releaseVersion: 1 })
      await assert.rejects(deployments.takeBack(second.id, failure), { code: 'conflict' })
      await toDrain(opened, second)
      assert.equal((await apps.get('shop')).activeDeploymentId, second.id)
      assert.equal(await deployments.cancel(second.id, 'too late'), undefined)
      assert.equal(await deployments.finish(second.id, 'failed', failure), undefined)
      assert.equal((await deployments.switchRoute(second.id))?.previousDeploymentId, first.id)
      assert.equal((await deployments.takeBack(second.id, failure))?.state, 'failed')
      assert.equal((await apps.get('shop')).activeDeploymentId, first.id)
    })

    test('says what is going on, and begins by saying it', async (t) => {
      const { deployments, first } = await open(t)
      const row = await deployments.setDetail(first.id, 'resolve', 'asking the registry')
      assert.equal(row?.state, 'running')
      assert.equal(stepOf(row, 'resolve')?.detail, 'asking the registry')
      const next = await deployments.advance(first.id, 'resolve', 'release', { detail: 'web:1 is sha256:1' })
      assert.deepEqual([stepOf(next, 'resolve')?.detail, stepOf(next, 'release')?.detail], ['web:1 is sha256:1', null])
    })

    test('is gone with its app, and a driver that did not notice does no harm', async (t) => {
      const { deployments, apps, first } = await open(t)
      await apps.remove('shop')
      assert.equal(await deployments.advance(first.id, 'resolve', 'release'), undefined)
      await assert.rejects(deployments.get('shop', first.id), { code: 'deployment_not_found' })
      await assert.rejects(deployments.add(wanted), { code: 'app_not_found' })
    })

    test('lists newest first, although all were made in one millisecond', async (t) => {
      const { deployments, first } = await open(t)
      const ids = [first.id]
      for (let round = 0; round < 4; round++) ids.unshift((await deployments.add(wanted, { supersede: true })).id)
      const listed = (await deployments.list('shop', { limit: 3 })).map(({ id }) => id)
      assert.deepEqual(listed, ids.slice(0, 3))
      assert.equal((await deployments.latestOf('shop'))?.id, ids[0])
    })

    test('an id that no database could hold is simply not found', async (t) => {
      const { deployments } = await open(t)
      assert.equal(await deployments.find('shop', 'a\0b'), undefined)
      assert.equal(await deployments.find('shop', "a'; drop table apps --"), undefined)
    })

    forwardOnlySuite(open)
  })
