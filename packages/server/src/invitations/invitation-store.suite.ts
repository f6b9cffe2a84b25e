import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { membershipStore } from '../projects/membership-store.ts'
import { projectStore } from '../projects/project-store.ts'
import { addTestUser } from '../projects/test-users.ts'
import { invitationStore } from './invitation-store.ts'

const bea = { email: 'bea@x.org', project: 'team', role: 'developer', invitedBy: 'ada', inviterId: null } as const
const dayMs = 24 * 3_600_000

export const invitationStoreSuite = (engine: TestEngine) =>
  describe(`invitations on ${engine.name}`, () => {
    const open = async (t: TestContext, now?: () => number) => {
      const deps = await openForTest(t, await engine.place(t), now)
      const stores = { projects: projectStore(deps), memberships: membershipStore(deps) }
      await stores.projects.create('team')
      return { ...stores, invitations: invitationStore(deps), database: deps.database }
    }

    test('is found by its secret, which the database does not hold', async (t) => {
      const { invitations, database } = await open(t)
      const { secret, row } = await invitations.create(bea)
      assert.match(secret, /^[\w-]{43}$/)
      assert.equal(row.expiresAtMs, testTimeMs + 7 * dayMs)
      assert.deepEqual(await invitations.findBySecret(secret), row)
      assert.deepEqual(await invitations.list(), [row])
      for (const wrong of [`${secret}x`, '', 'a\0']) assert.equal(await invitations.findBySecret(wrong), undefined)
      const stored = JSON.stringify(await database.db.selectFrom('invitations').selectAll().execute())
      assert.ok(!stored.includes(secret))
    })

    test('of ten that accept it at once exactly one gets in', async (t) => {
      const { invitations, memberships, database } = await open(t)
      const { secret, row } = await invitations.create(bea)
      const ids = await Promise.all(Array.from({ length: 10 }, (_, at) => addTestUser(database, `${at}@x.org`)))
      const results = await Promise.allSettled(ids.map((id) => invitations.use(row, id)))
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
      for (const result of results) {
        if (result.status === 'rejected') assert.equal(result.reason.code, 'invitation_not_found')
      }
      assert.equal((await memberships.list('team')).length, 1)
      assert.equal(await invitations.findBySecret(secret), undefined)
    })

    test('ends after seven days', async (t) => {
      let nowMs = testTimeMs
      const { invitations, database } = await open(t, () => nowMs)
      const { secret, row } = await invitations.create(bea)
      const userId = await addTestUser(database, bea.email)
      nowMs += 7 * dayMs
      assert.equal(await invitations.findBySecret(secret), undefined)
      assert.equal(await invitations.find(row.id), undefined)
      assert.deepEqual(await invitations.list(), [])
      await assert.rejects(invitations.use(row, userId), { code: 'invitation_not_found' })
      await invitations.create(bea) // It is no reason to refuse another.
    })

    test('is worthless once it was taken back, also to who is just using it', async (t) => {
      const { invitations, database } = await open(t)
      const { row } = await invitations.create(bea)
      await invitations.remove(row.id)
      const userId = await addTestUser(database, bea.email)
      await assert.rejects(invitations.use(row, userId), { code: 'invitation_not_found' })
      for (const id of [row.id, 'x\0']) await assert.rejects(invitations.remove(id), { code: 'invitation_not_found' })
    })

    test('an e-mail is invited to one thing once', async (t) => {
      const { invitations, projects } = await open(t)
      await projects.create('blog')
      const admin = { ...bea, project: null, role: 'admin' } as const
      const tries = [bea, bea, { ...bea, project: 'blog' }, admin, admin].map(invitations.create)
      const results = await Promise.allSettled(tries)
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 3)
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
      assert.deepEqual(refused, ['conflict', 'conflict'])
      await assert.rejects(invitations.create({ ...bea, project: 'gone' }), { code: 'project_not_found' })
    })

    test('gives a role, and never takes a greater one away', async (t) => {
      const { invitations, memberships, database } = await open(t)
      const userId = await addTestUser(database, bea.email)
      for (const [role, expected] of [
        ['developer', 'developer'],
        ['reader', 'developer'],
        ['admin', 'admin'],
        ['reader', 'admin'],
      ] as const) {
        const { row } = await invitations.create({ ...bea, role })
        await invitations.use(row, userId)
        assert.equal((await memberships.find('team', userId))?.role, expected)
      }
    })

    test('one without a project makes an admin of the platform', async (t) => {
      const { invitations, database } = await open(t)
      const userId = await addTestUser(database, bea.email)
      const { row } = await invitations.create({ ...bea, project: null, role: 'admin' })
      await invitations.use(row, userId)
      const { isAdmin } = await database.db.selectFrom('users').select('isAdmin').executeTakeFirstOrThrow()
      assert.equal(isAdmin, 1)
    })

    test('goes with who made it and with its project', async (t) => {
      const { invitations, projects, database } = await open(t)
      const inviterId = await addTestUser(database, 'ada@x.org')
      const first = await invitations.create({ ...bea, inviterId })
      await database.db.deleteFrom('users').where('id', '=', inviterId).execute()
      assert.equal(await invitations.findBySecret(first.secret), undefined)
      const second = await invitations.create(bea)
      await projects.remove('team')
      assert.equal(await invitations.findBySecret(second.secret), undefined)
    })
  })
