import type { Selectable } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import type { UserTable } from '../database/schema.ts'
import { hashPassword, matchesPassword } from './password-hash.ts'

export type UserRow = {
  id: string
  /** In lower case. */
  email: string
  isAdmin: boolean
  mustChangePassword: boolean
  createdAtMs: number
}

export interface UserStore {
  /** Makes the first admin with a one-time password; a user who is already there stays as they are. */
  ensureAdmin(admin: { email: string; password: string }): Promise<UserRow>
  /** Takes as long for an unknown address as for a wrong password. */
  verify(email: string, password: string): Promise<UserRow | undefined>
}

export function userStore({ database: { db }, newId, now }: StoreDeps): UserStore {
  let unknownHash: Promise<string> | undefined

  const findByEmail = (email: string) =>
    db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst()

  const ensureAdmin: UserStore['ensureAdmin'] = async ({ email: given, password }) => {
    const email = normalEmail(given)
    const found = await findByEmail(email)
    if (found) return toRow(found)
    await db
      .insertInto('users')
      .values({
        id: newId(),
        email,
        passwordHash: await hashPassword(password),
        isAdmin: 1,
        mustChangePassword: 1,
        createdAtMs: now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return ensureAdmin({ email, password })
  }

  const verify: UserStore['verify'] = async (email, password) => {
    const found = await findByEmail(normalEmail(email))
    unknownHash ??= hashPassword('')
    const isRight = await matchesPassword(password, found?.passwordHash ?? (await unknownHash))
    return found && isRight ? toRow(found) : undefined
  }

  return { ensureAdmin, verify }
}

// PostgreSQL refuses to even compare a text with NUL.
const normalEmail = (email: string) => email.trim().toLowerCase().replaceAll('\0', '')

const toRow = ({ passwordHash: _, ...record }: Selectable<UserTable>): UserRow => ({
  ...record,
  isAdmin: record.isAdmin === 1,
  mustChangePassword: record.mustChangePassword === 1,
})
