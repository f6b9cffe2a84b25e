import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { passwordHashing } from './password-hash.ts'
import { passwordLanes } from './password-lanes.ts'
import { quickPasswords } from './test-passwords.ts'
import { userStore } from './user-store.ts'

const ada = { email: 'ada@example.org', password: 'right', isAdmin: true, mustChangePassword: false }
const bob = { ...ada, email: 'bob@example.org', isAdmin: false }

const open = async (t: TestContext, engine: TestEngine, passwords = quickPasswords) => {
  const deps = await openForTest(t, await engine.place(t))
  let accessChanges = 0
  const onAccessChange = () => void accessChanges++
  const users = userStore({ ...deps, lanes: passwordLanes(), passwords, onAccessChange })
  const { db } = deps.database
  const addSession = (userId: string) => db.insertInto('sessions').values(sessionOf(userId, deps.newId())).execute()
  const countSessions = async () => (await db.selectFrom('sessions').select('id').execute()).length
  return { users, db, addSession, countSessions, countAccessChanges: () => accessChanges }
}

const sessionOf = (userId: string, id: string) => ({
  id,
  userId,
  tokenHash: id,
  address: null,
  userAgent: null,
  createdAtMs: testTimeMs,
  lastUsedAtMs: testTimeMs,
  expiresAtMs: testTimeMs + 1,
})

export const userStoreSuite = (engine: TestEngine) =>
  describe(`users on ${engine.name}`, () => {
    test('the first admin is made with the one-time password, and only on a platform without users', async (t) => {
      const { users, db } = await open(t, engine, passwordHashing())
      await users.ensureAdmin({ email: ' Ada@Example.org', password: 'right' })
      await users.ensureAdmin({ email: 'ada@example.org', password: 'other' })
      await users.ensureAdmin({ email: 'eve@example.org', password: 'other' })
      const [{ id = '', ...rest } = {}, ...others] = await users.list()
      assert.deepEqual(others, [])
      assert.deepEqual(rest, {
        email: 'ada@example.org',
        isAdmin: true,
        isBlocked: false,
        mustChangePassword: true,
        hasSecondFactor: false,
        lastSignInAtMs: null,
        createdAtMs: testTimeMs,
      })
      assert.equal(await users.holdsPassword(id, 'right'), true)
      assert.equal(await users.holdsPassword(id, 'other'), false)
      assert.equal(await users.holdsPassword('nobody', ''), false)
      const stored = await db.selectFrom('users').select('passwordHash').executeTakeFirstOrThrow()
      assert.match(stored.passwordHash, /^scrypt\$32768\$8\$3\$/)
    })

    test('are found by id and by e-mail however it is written, and listed by e-mail', async (t) => {
      const { users } = await open(t, engine)
      const second = await users.create(bob)
      const first = await users.create(ada)
      assert.deepEqual(await users.findByEmail(' ADA@example.org'), first)
      assert.deepEqual(await users.get(second.id), second)
      assert.deepEqual(await users.list(), [first, second])
      assert.equal(await users.findByEmail('no\0body'), undefined)
      assert.equal(await users.find('\0'), undefined)
      await assert.rejects(users.get('nobody'), { code: 'user_not_found' })
    })

    test('an e-mail is taken once, also by two who come at the same moment', async (t) => {
      const { users } = await open(t, engine)
      const made = await Promise.allSettled([users.create(bob), users.create({ ...bob, email: 'Bob@example.org' })])
      assert.deepEqual(made.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
      await assert.rejects(users.create(bob), { code: 'conflict', message: /bob@example.org is a user already/ })
    })

    test('a user is made together with what belongs to it, or not at all', async (t) => {
      const { users, db } = await open(t, engine)
      const also = async (trx: Transaction<Schema>, id: string) => {
        await trx.insertInto('projects').values({ name: id, createdAtMs: 1 }).execute()
        throw new Error('the invitation was used meanwhile')
      }
      await assert.rejects(users.create(bob, also), /used meanwhile/)
      assert.deepEqual(await users.list(), [])
      assert.deepEqual(await db.selectFrom('projects').selectAll().execute(), [])
    })

    test('the last admin who can sign in is neither demoted, blocked nor removed', async (t) => {
      const { users } = await open(t, engine)
      const { id } = await users.create(ada)
      const { id: blockedId } = await users.create({ ...ada, email: 'blocked@example.org' })
      await users.update(blockedId, { isBlocked: true })
      await users.create(bob)
      await assert.rejects(users.update(id, { isAdmin: false }), { code: 'last_admin' })
      await assert.rejects(users.update(id, { isBlocked: true }), { code: 'last_admin' })
      await assert.rejects(users.remove(id), { code: 'last_admin' })
      await users.update(blockedId, { isBlocked: false })
      await users.remove(id)
      await assert.rejects(users.remove(blockedId), { code: 'last_admin' })
    })

    test('the database itself keeps the last admin', async (t) => {
      const { users, db } = await open(t, engine)
      await users.create(ada)
      await assert.rejects(db.deleteFrom('users').execute(), /FOREIGN KEY|foreign key/)
      await assert.rejects(db.updateTable('users').set({ isAdmin: 0 }).execute(), /FOREIGN KEY|foreign key/)
      await assert.rejects(db.updateTable('users').set({ isBlocked: 1 }).execute(), /FOREIGN KEY|foreign key/)
    })

    test('of admins who remove, demote and block one another at the same moment exactly one is left', async (t) => {
      const { users } = await open(t, engine)
      for (let round = 0; round < 5; round++) {
        const emails = ['a', 'b', 'c', 'd'].map((name) => `${name}${round}@example.org`)
        const admins = await Promise.all(emails.map((email) => users.create({ ...ada, email })))
        const earlier = (await users.list()).filter(({ email }) => !emails.includes(email) && !email.startsWith('x'))
        for (const { id } of earlier) await users.remove(id)
        const [a = '', b = '', c = '', d = ''] = admins.map(({ id }) => id)
        const done = await Promise.allSettled([
          users.remove(a),
          users.update(b, { isAdmin: false }),
          users.update(c, { isBlocked: true }),
          users.remove(d),
        ])
        const refused = done.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
        const left = (await users.list()).filter(({ isAdmin, isBlocked }) => isAdmin && !isBlocked)
        assert.deepEqual([left.length, ...refused], [1, 'last_admin'])
      }
    })

    test('blocking, another password and removal end the sessions, and tell that they did', async (t) => {
      const { users, addSession, countSessions, countAccessChanges } = await open(t, engine)
      const { id: adminId } = await users.create(ada)
      const { id } = await users.create(bob)
      await addSession(adminId)
      for (const end of [
        () => users.update(id, { isBlocked: true }),
        () => users.setPassword(id, 'another', { mustChange: false }),
        () => users.remove(id),
      ]) {
        await addSession(id)
        await end()
        assert.equal(await countSessions(), 1)
      }
      assert.equal(countAccessChanges(), 3)
    })

    test('a one-time password must be changed and takes the second factor away', async (t) => {
      const { users, db } = await open(t, engine)
      const { id } = await users.create(bob)
      const factor = { userId: id, sealedSecret: 'x', isConfirmed: 1, lastStep: 0, createdAtMs: 1 }
      await db.insertInto('secondFactors').values(factor).execute()
      assert.equal((await users.get(id)).hasSecondFactor, true)
      const markBefore = await users.passwordMark(id)
      await users.setPassword(id, 'one-time', { mustChange: true })
      const { hasSecondFactor, mustChangePassword } = await users.get(id)
      assert.deepEqual({ hasSecondFactor, mustChangePassword }, { hasSecondFactor: false, mustChangePassword: true })
      assert.notEqual(await users.passwordMark(id), markBefore)
      assert.equal(await users.holdsPassword(id, 'one-time'), true)
    })
  })
