import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { openForTest, type TestEngine } from '../database/test-databases.ts'
import { projectStore } from '../projects/project-store.ts'
import { repositoryStore } from './repository-store.ts'

const login = (username: string) => ({ kind: 'password' as const, username, password: 'secret' })
const forge = { prefix: 'https://git.example.org', credentials: login('ann'), project: null, createdBy: 'ann' }

export const repositoryStoreSuite = (engine: TestEngine) =>
  describe(`repositories on ${engine.name}`, () => {
    async function open(t: TestContext) {
      const deps = await openForTest(t, await engine.place(t))
      const projects = projectStore(deps)
      for (const name of ['shop', 'blog']) await projects.create(name)
      return { deps, projects, repositories: repositoryStore({ ...deps, key: randomBytes(32) }) }
    }

    test('what is secret is opened only for use, and the database alone does not tell it', async (t) => {
      const { deps, repositories } = await open(t)
      const { id } = await repositories.save(forge)
      const key = { kind: 'deploy-key' as const, privateKey: 'secret too', hostKeys: 'example.org ssh-ed25519 AAAA' }
      const saved = await repositories.save({
        ...forge,
        prefix: 'ssh://example.org/',
        credentials: key,
        publicKey: 'p',
      })
      assert.deepEqual([saved.publicKey, saved.hostKeys], ['p', key.hostKeys])
      const stored = await deps.database.db.selectFrom('repositories').selectAll().execute()
      assert.doesNotMatch(JSON.stringify([stored, await repositories.list()]), /secret"|secret too/)
      assert.deepEqual(await repositories.credentialsOf(id), forge.credentials)
      assert.deepEqual(await repositories.credentialsOf(saved.id), key)
      const other = repositoryStore({ ...deps, key: randomBytes(32) })
      await assert.rejects(other.credentialsOf(id), { code: 'repository_refused' })
    })

    test('new credentials take the place of those for the same prefix, however it is written', async (t) => {
      const { repositories } = await open(t)
      await repositories.save({ ...forge, prefix: 'https://git.example.org/team/shop.git' })
      const { id } = await repositories.save({ ...forge, prefix: 'https://Git.example.org/team/shop' })
      await repositories.save({ ...forge, prefix: 'https://git.example.org/team/shop', project: 'shop' })
      const ids = (await repositories.list()).map((row) => row.id)
      assert.equal(ids.length, 2)
      assert.ok(ids.includes(id))
    })

    test('an app gets the nearest of its project, else of everyone’s, and never those of another project', async (t) => {
      const { repositories } = await open(t)
      const save = (prefix: string, project: string | null, username: string) =>
        repositories.save({ ...forge, prefix, project, credentials: login(username) })
      await save('https://git.example.org', null, 'all')
      await save('https://git.example.org/team', null, 'team')
      await save('https://git.example.org', 'shop', 'shop')
      await save('https://git.example.org/team/secret.git', 'blog', 'blog')
      const nameFor = async (project: string, url: string) => {
        const found = await repositories.credentialsFor(project, url)
        return found?.kind === 'password' ? found.username : undefined
      }
      assert.equal(await nameFor('shop', 'https://git.example.org/team/secret.git'), 'shop')
      assert.equal(await nameFor('blog', 'https://git.example.org/team/secret'), 'blog')
      assert.equal(await nameFor('blog', 'https://git.example.org/team/other.git'), 'team')
      assert.equal(await nameFor('none', 'https://git.example.org/x.git'), 'all')
      assert.equal(await nameFor('none', 'https://git.example.com/x.git'), undefined)
    })

    test('what is forgotten is gone, credentials go with their project, and a host can be pinned anew', async (t) => {
      const { repositories, projects } = await open(t)
      const { id } = await repositories.save(forge)
      await repositories.save({ ...forge, project: 'shop' })
      assert.equal((await repositories.pinHost(id, 'new')).hostKeys, 'new')
      await repositories.remove(id)
      await assert.rejects(repositories.get(id), { code: 'repository_not_found' })
      await projects.remove('shop')
      assert.deepEqual(await repositories.list(), [])
      await assert.rejects(repositories.save({ ...forge, project: 'none' }), { code: 'project_not_found' })
    })
  })
