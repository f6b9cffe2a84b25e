import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../database/database.ts'
import { testTimeMs } from '../database/test-databases.ts'

/** Someone who is there but cannot sign in: hashing a password takes too long where nobody asks for it. */
export async function addTestUser({ db }: Pick<Database, 'db'>, email: string, { isAdmin = false } = {}) {
  const id = randomUUIDv7()
  const flags = { isAdmin: isAdmin ? 1 : 0, mustChangePassword: 0, lastSignInAtMs: null }
  await db
    .insertInto('users')
    .values({ id, email, passwordHash: 'none', ...flags, createdAtMs: testTimeMs })
    .execute()
  return id
}
