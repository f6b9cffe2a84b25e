import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openForTest, type TestEngine, testTimeMs } from '../database/test-databases.ts'
import { userStore } from './user-store.ts'

export const userStoreSuite = (engine: TestEngine) =>
  describe(`users on ${engine.name}`, () => {
    test('the first admin is made once and signs in with the one-time password', async (t) => {
      const deps = await openForTest(t, await engine.place(t))
      const users = userStore(deps)
      const admin = await users.ensureAdmin({ email: ' Ada@Example.org', password: 'right' })
      const { id, ...rest } = admin
      const expected = { email: 'ada@example.org', isAdmin: true, mustChangePassword: true, createdAtMs: testTimeMs }
      assert.deepEqual(rest, expected)
      assert.equal((await users.ensureAdmin({ email: 'ada@example.org', password: 'other' })).id, id)
      assert.deepEqual(await users.verify('ADA@example.org', 'right'), admin)
      assert.equal(await users.verify('ada@example.org', 'other'), undefined)
      assert.equal(await users.verify('ada@example.org', ''), undefined)
      assert.equal(await users.verify('nobody@example.org', ''), undefined)
      assert.equal(await users.verify('no\0body', 'right'), undefined)
      const stored = await deps.database.db.selectFrom('users').select('passwordHash').executeTakeFirstOrThrow()
      assert.match(stored.passwordHash, /^scrypt\$32768\$8\$3\$/)
    })
  })
