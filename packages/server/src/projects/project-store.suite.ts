import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { appStore } from '../apps/app-store.ts'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { membershipStore } from './membership-store.ts'
import { projectStore } from './project-store.ts'
import { addTestUser } from './test-users.ts'

const shop = { name: 'shop', project: 'team', replicas: 1 }
const deployment = { services: [], requestedBy: 'ada', deadlineMs: 1_000 }

export const projectStoreSuite = (engine: TestEngine) =>
  describe(`projects on ${engine.name}`, () => {
    const open = async (t: TestContext) => {
      const deps = await openForTest(t, await engine.place(t))
      const stores = { projects: projectStore(deps), memberships: membershipStore(deps), apps: appStore(deps) }
      return { ...stores, database: deps.database }
    }

    test('a project is made once and counts its apps and members', async (t) => {
      const { projects, memberships, apps, database } = await open(t)
      const created = await projects.create('team')
      assert.deepEqual(created, { name: 'team', createdAtMs: testTimeMs, apps: 0, members: 0 })
      await assert.rejects(projects.create('team'), { code: 'project_exists' })
      await apps.createWithDeployment({ app: shop, deployment })
      await memberships.put({ project: 'team', userId: await addTestUser(database, 'ada@x.org'), role: 'reader' })
      assert.deepEqual(await projects.find('team'), { ...created, apps: 1, members: 1 })
      assert.equal(await projects.find('other'), undefined)
    })

    test('lists by name, the same way on every engine', async (t) => {
      const { projects } = await open(t)
      for (const name of ['b', 'a9', 'a-z']) await projects.create(name)
      assert.deepEqual(
        (await projects.list()).map(({ name }) => name),
        ['a-z', 'a9', 'b'],
      )
    })

    test('one with an app stays, one without takes its roles with it', async (t) => {
      const { projects, memberships, apps, database } = await open(t)
      await apps.createWithDeployment({ app: shop, deployment })
      const userId = await addTestUser(database, 'ada@x.org')
      await memberships.put({ project: 'team', userId, role: 'admin' })
      await assert.rejects(projects.remove('team'), { code: 'project_not_empty' })
      await apps.remove('shop')
      await projects.remove('team')
      await assert.rejects(projects.remove('team'), { code: 'project_not_found' })
      assert.deepEqual(await memberships.rolesOf(userId), [])
    })

    test('the first project is made only where there is none', async (t) => {
      const { projects } = await open(t)
      await projects.ensureFirst('default')
      await projects.ensureFirst('other')
      assert.deepEqual(
        (await projects.list()).map(({ name }) => name),
        ['default'],
      )
    })

    test('a role is given, changed and taken away', async (t) => {
      const { projects, memberships, database } = await open(t)
      for (const name of ['team', 'blog']) await projects.create(name)
      const userId = await addTestUser(database, 'ada@x.org')
      const membership = { project: 'team', userId, role: 'reader' } as const
      await assert.rejects(memberships.change(membership), { code: 'user_not_found' })
      const member = await memberships.put(membership)
      const expected = { userId, email: 'ada@x.org', role: 'reader', isPlatformAdmin: false, sinceMs: testTimeMs }
      assert.deepEqual(member, expected)
      await memberships.put({ ...membership, project: 'blog' })
      assert.equal((await memberships.change({ ...membership, role: 'admin' })).role, 'admin')
      assert.deepEqual(await memberships.rolesOf(userId), [
        { name: 'blog', role: 'reader' },
        { name: 'team', role: 'admin' },
      ])
      await memberships.remove('team', userId)
      await assert.rejects(memberships.remove('team', userId), { code: 'user_not_found' })
      assert.deepEqual(await memberships.list('team'), [])
    })

    test('members are listed by e-mail, and who is an admin of the platform is said', async (t) => {
      const { projects, memberships, database } = await open(t)
      await projects.create('team')
      const carl = await addTestUser(database, 'carl@x.org', { isAdmin: true })
      for (const userId of [carl, await addTestUser(database, 'bea@x.org')]) {
        await memberships.put({ project: 'team', userId, role: 'developer' })
      }
      assert.deepEqual(
        (await memberships.list('team')).map(({ email, isPlatformAdmin }) => [email, isPlatformAdmin]),
        [
          ['bea@x.org', false],
          ['carl@x.org', true],
        ],
      )
    })

    test('who is not there is said so, whatever their id looks like', async (t) => {
      const { projects, memberships } = await open(t)
      await projects.create('team')
      for (const userId of ['nobody', 'no\0body', '']) {
        await assert.rejects(memberships.put({ project: 'team', userId, role: 'reader' }), { code: 'user_not_found' })
        assert.equal(await memberships.find('team', userId), undefined)
      }
    })
  })
