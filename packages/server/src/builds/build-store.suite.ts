import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { BuildOptions } from '@berth/contract'
import { appStore } from '../apps/app-store.ts'
import { openForTest, type TestEngine } from '../database/test-databases.ts'
import { buildLogStore } from './build-log-store.ts'
import type { NewBuild } from './build-row.ts'
import { buildStore } from './build-store.ts'

const archive: NewBuild = {
  ...{ app: 'shop', project: 'default', mustHaveProject: false, deploy: null, requestedBy: 'ann' },
  source: { kind: 'archive', name: 'shop.zip', sizeBytes: null },
  options: BuildOptions.parse({ args: { TOKEN: 'secret' } }),
}
const repository: NewBuild = { ...archive, source: { kind: 'git', url: 'https://example.org/shop.git' } }
const web = { service: 'web', image: 'shop@sha256:00', imageBytes: 5, port: 3000, environment: {} }
const failure = { code: 'command_failed' as const, message: 'make\0 failed', hint: null, logLines: ['a\0b'] }

export const buildStoreSuite = (engine: TestEngine) =>
  describe(`builds on ${engine.name}`, () => {
    async function open(t: TestContext) {
      let atMs = 1_000
      const deps = await openForTest(t, await engine.place(t), () => atMs++)
      const apps = appStore(deps)
      const dump = async () => JSON.stringify(await deps.database.db.selectFrom('buildSecrets').selectAll().execute())
      return {
        apps,
        dump,
        builds: buildStore({ ...deps, apps, secretKey: Buffer.alloc(32, 7) }),
        logs: buildLogStore(deps),
      }
    }

    test('an archive is waited for, then queued, run and kept with its image', async (t) => {
      const { builds, apps } = await open(t)
      const { id, state } = await builds.add(archive)
      assert.equal(state, 'waiting')
      assert.equal((await apps.get('shop')).activeDeploymentId, null)
      assert.equal((await builds.queue(id, 123))?.state, 'queued')
      assert.equal((await builds.start(id, 'm1'))?.attempts, 1)
      await builds.report(id, { recognizedAs: 'Node', dockerfile: 'FROM x', isGenerated: true })
      const done = await builds.succeed(id, [web])
      assert.deepEqual([done?.state, done?.images, done?.isGenerated], ['succeeded', [web], true])
      assert.deepEqual(done?.source, { kind: 'archive', name: 'shop.zip', sizeBytes: 123 })
      assert.deepEqual(await builds.get('shop', id), done)
      assert.equal(await builds.lastMachineOf('shop'), 'm1')
    })

    test('a repository needs no archive: it is queued at once', async (t) => {
      const { builds } = await open(t)
      const { id, state } = await builds.add(repository)
      assert.equal(state, 'queued')
      assert.equal(await builds.queue(id, 1), undefined)
    })

    test('an ended build never changes', async (t) => {
      const { builds } = await open(t)
      const { id } = await builds.add(repository)
      await builds.cancel(id, 'cancelled by ann')
      assert.equal(await builds.start(id, 'm1'), undefined)
      assert.equal(await builds.fail(id, failure), undefined)
      assert.equal(await builds.report(id, { detail: 'x' }), undefined)
      assert.equal(await builds.succeed(id, [web]), undefined)
      assert.equal((await builds.get('shop', id)).state, 'cancelled')
    })

    test('a build that lost its machine is queued again in its old place', async (t) => {
      const { builds } = await open(t)
      const first = await builds.add(repository)
      const second = await builds.add(repository)
      await builds.start(first.id, 'm1')
      await builds.queueAgain(first.id, 'm1 was lost')
      assert.deepEqual(
        (await builds.listUnderWay()).map(({ id, state }) => [id, state]),
        [
          [first.id, 'queued'],
          [second.id, 'queued'],
        ],
      )
      assert.equal((await builds.start(first.id, 'm2'))?.attempts, 2)
    })

    test('a failure is kept with its reason, whatever bytes the log had', async (t) => {
      const { builds } = await open(t)
      const { id } = await builds.add(repository)
      const failed = await builds.fail(id, failure)
      assert.deepEqual(failed?.failure, { ...failure, message: 'make failed', logLines: ['ab'] })
    })

    test('what is built and to be deployed is listed until its deployment is known, or it is given up', async (t) => {
      const { builds } = await open(t)
      const deploy = { supersede: false, deadlineMs: 1_000, change: { port: 80 } }
      const ids: string[] = []
      for (const app of ['shop', 'blog', 'wiki']) {
        const { id } = await builds.add({ ...repository, app, deploy: app === 'wiki' ? null : deploy })
        await builds.start(id, 'm1')
        await builds.succeed(id, [web])
        ids.push(id)
      }
      const [shop = '', blog = ''] = ids
      assert.deepEqual(
        (await builds.listToDeploy()).map(({ id }) => id),
        [shop, blog],
      )
      await builds.setDeployment(shop, 'd1')
      await builds.leaveUndeployed(blog, 'because')
      assert.deepEqual(await builds.listToDeploy(), [])
      assert.equal((await builds.get('shop', shop)).deploymentId, 'd1')
      assert.equal((await builds.get('blog', blog)).detail, 'because')
    })

    test('secrets are sealed while a build is under way, and gone with its end, however it ends', async (t) => {
      const { builds, dump } = await open(t)
      const secrets = { TOKEN: 's3cret' }
      const ends = {
        succeed: (id: string) => builds.succeed(id, [web]),
        fail: (id: string) => builds.fail(id, failure),
        cancel: (id: string) => builds.cancel(id, 'enough'),
      }
      for (const end of Object.values(ends)) {
        const build = await builds.add({ ...repository, secrets })
        assert.deepEqual(build.secretNames, ['TOKEN'])
        assert.doesNotMatch(JSON.stringify(build), /s3cret/)
        assert.match(await dump(), new RegExp(build.id))
        assert.doesNotMatch(await dump(), /s3cret/)
        await builds.start(build.id, 'm1')
        await builds.queueAgain(build.id, 'm1 was lost')
        await builds.start(build.id, 'm2')
        assert.deepEqual(await builds.secretsOf(build), secrets)
        assert.ok(await end(build.id))
        assert.equal(await dump(), '[]')
        await assert.rejects(builds.secretsOf(build), { code: 'build_not_found' })
      }
      assert.deepEqual(await builds.secretsOf(await builds.add(repository)), {})
    })

    test('an app of that name in another project is refused', async (t) => {
      const { builds, apps } = await open(t)
      await apps.ensureApp({ name: 'shop', project: 'other', replicas: 1 }, { mustHaveProject: false })
      await assert.rejects(builds.add(archive), { code: 'app_exists' })
      const elsewhere = { ...archive, app: 'blog', project: 'none', mustHaveProject: true }
      await assert.rejects(builds.add(elsewhere), { code: 'project_not_found' })
    })

    test('builds go with their app, and the old ones make room for new ones', async (t) => {
      const { builds, apps, logs } = await open(t)
      const ids: string[] = []
      for (let i = 0; i < 4; i++) {
        const { id } = await builds.add(repository)
        await logs.append(id, [{ at: '2030-01-01T00:00:00.000Z', text: 'line' }])
        if (i < 3) await builds.cancel(id, 'enough')
        ids.push(id)
      }
      await builds.trim('shop', 1)
      assert.deepEqual(
        (await builds.list('shop', { limit: 10 })).map(({ id }) => id),
        [ids[3], ids[2]],
      )
      assert.deepEqual(await logs.read(ids[0] ?? '', { skip: 0, limit: 10 }), [])
      await apps.remove('shop')
      assert.deepEqual(await builds.listUnderWay(), [])
    })

    test('a log is read from any line on, in the order in which it was written', async (t) => {
      const { builds, logs } = await open(t)
      const { id } = await builds.add(repository)
      const line = (text: string) => ({ at: '2030-01-01T00:00:00.000Z', text })
      await logs.append(id, [line('1'), line('2')])
      await logs.append(id, [line('3\0'), line('4')])
      const read = async (skip: number, limit = 10) => (await logs.read(id, { skip, limit })).map(({ text }) => text)
      assert.deepEqual(await read(0), ['1', '2', '3', '4'])
      assert.deepEqual(await read(1, 2), ['2', '3'])
      assert.deepEqual(await read(4), [])
      assert.deepEqual(await logs.tail(id, 2), ['3', '4'])
    })
  })
