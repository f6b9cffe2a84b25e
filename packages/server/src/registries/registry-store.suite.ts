import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { openForTest, type TestEngine } from '../database/test-databases.ts'
import { projectStore } from '../projects/project-store.ts'
import { registryStore } from './registry-store.ts'

const ghcr = { host: 'ghcr.io', username: 'ann', password: 'secret', project: null, createdBy: 'ann' }

export const registryStoreSuite = (engine: TestEngine) =>
  describe(`registries on ${engine.name}`, () => {
    async function open(t: TestContext) {
      const deps = await openForTest(t, await engine.place(t))
      const projects = projectStore(deps)
      for (const name of ['shop', 'blog']) await projects.create(name)
      const key = randomBytes(32)
      return { deps, projects, registries: registryStore({ ...deps, key }) }
    }

    test('a password is opened only for use, and stored so that the database alone does not tell it', async (t) => {
      const { deps, registries } = await open(t)
      const row = await registries.save(ghcr)
      assert.ok(!JSON.stringify(await registries.list()).includes('secret'))
      const [stored] = await deps.database.db.selectFrom('registries').selectAll().execute()
      assert.ok(!JSON.stringify(stored).includes('secret'))
      assert.deepEqual(await registries.credentialsOf(row.id), { host: 'ghcr.io', username: 'ann', password: 'secret' })
      const other = registryStore({ ...deps, key: randomBytes(32) })
      await assert.rejects(other.credentialsOf(row.id), { code: 'registry_refused' })
    })

    test('new credentials take the place of those for the same host and project', async (t) => {
      const { registries } = await open(t)
      await registries.save(ghcr)
      const { id } = await registries.save({ ...ghcr, password: 'newer' })
      await registries.save({ ...ghcr, project: 'shop', username: 'shop' })
      assert.equal((await registries.list()).length, 2)
      assert.equal((await registries.credentialsOf(id)).password, 'newer')
    })

    test('an app gets those of its project, else everyone’s, and never those of another project', async (t) => {
      const { registries } = await open(t)
      await registries.save(ghcr)
      await registries.save({ ...ghcr, project: 'shop', username: 'shop' })
      await registries.save({ ...ghcr, host: 'quay.io', project: 'blog', username: 'blog' })
      const names = async (project: string) =>
        (await registries.credentialsFor(project)).map(({ username }) => username)
      assert.deepEqual(await names('shop'), ['shop'])
      assert.deepEqual((await names('blog')).toSorted(), ['ann', 'blog'])
      assert.deepEqual(await names('other'), ['ann'])
      const told = (await registries.listFor('blog')).map(({ host, username }) => `${username} at ${host}`)
      assert.deepEqual(told, ['ann at ghcr.io', 'blog at quay.io'])
    })

    test('what is forgotten is gone, and credentials go with their project', async (t) => {
      const { registries, projects } = await open(t)
      const { id } = await registries.save(ghcr)
      await registries.save({ ...ghcr, project: 'shop' })
      await registries.remove(id)
      await assert.rejects(registries.get(id), { code: 'registry_not_found' })
      await projects.remove('shop')
      assert.deepEqual(await registries.list(), [])
      await assert.rejects(registries.save({ ...ghcr, project: 'none' }), { code: 'project_not_found' })
    })
  })
