import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { appStore } from '../apps/app-store.ts'
import { openForTest, type TestEngine } from '../database/test-databases.ts'
import { releaseStore } from '../releases/release-store.ts'
import { hasImage, imageStore } from './image-store.ts'

const imageOf = (app: string, letter: string) => `127.0.0.1:5000/${app}@sha256:${letter.repeat(64)}`

export const imageStoreSuite = (engine: TestEngine) =>
  describe(`images of releases on ${engine.name}`, () => {
    async function setUp(t: Parameters<TestEngine['place']>[0]) {
      const deps = await openForTest(t, await engine.place(t))
      const [apps, releases, images] = [appStore(deps), releaseStore(deps), imageStore(deps)]
      const { db } = deps.database
      const release = (app: string, version: number, image: string) =>
        db
          .insertInto('releases')
          .values({
            ...{ app, version },
            services: JSON.stringify([{ imageDigest: image }]),
            createdBy: 'a',
            createdAtMs: 1,
          })
          .execute()
      for (const name of ['shop', 'blog', 'other']) {
        await apps.ensureApp({ name, project: 'default', replicas: 1 }, { mustHaveProject: false })
      }
      await release('shop', 1, imageOf('shop', 'a'))
      await release('blog', 1, imageOf('shop', 'b'))
      await release('other', 1, imageOf('other', 'c'))
      return { apps, releases, images }
    }

    test('the images of an app are those of its releases, and those of others that use its repository', async (t) => {
      const { images } = await setUp(t)
      assert.deepEqual((await images.listReleased('shop')).map(({ app }) => app).sort(), ['blog', 'shop'])
      assert.equal((await images.listReleased()).length, 3)
    })

    test('a release has its image until that was removed, and again when it is back', async (t) => {
      const { images, releases } = await setUp(t)
      const image = imageOf('shop', 'a')
      const isThere = async () => hasImage(await releases.get('shop', 1), await images.listRemoved('shop'))
      assert.equal(await isThere(), true)
      await images.markRemoved([{ app: 'shop', image }])
      await images.markRemoved([{ app: 'shop', image }])
      assert.equal(await isThere(), false)
      await images.unmarkRemoved('shop', [image])
      await images.unmarkRemoved('shop', [])
      assert.equal(await isThere(), true)
    })

    test('an app that is removed takes what was marked with it', async (t) => {
      const { images, apps } = await setUp(t)
      await images.markRemoved([{ app: 'shop', image: imageOf('shop', 'a') }])
      await apps.remove('shop')
      assert.equal((await images.listRemoved('shop')).size, 0)
    })
  })
