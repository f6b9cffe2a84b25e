import { PlatformError } from '@berth/contract'
import type { Transaction } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../database/database-errors.ts'
import type { Schema } from '../database/schema.ts'
import { type PasswordHashing, passwordHashing } from './password-hash.ts'
import type { PasswordLanes } from './password-lanes.ts'
import { secondFactorColumn, toUserRow, type UserRow, userColumns } from './user-row.ts'

export type NewUser = Pick<UserRow, 'email' | 'isAdmin' | 'mustChangePassword'> & { password: string }

export interface UserStore {
  /** Makes the first admin with a one-time password, on a platform that has no user yet. */
  ensureAdmin(admin: { email: string; password: string }): Promise<void>
  find(id: string): Promise<UserRow | undefined>
  /** Throws `user_not_found`. */
  get(id: string): Promise<UserRow>
  findByEmail(email: string): Promise<UserRow | undefined>
  /** By e-mail. */
  list(): Promise<UserRow[]>
  /** Throws `conflict` for an e-mail that is taken. What `also` does is done together with it, or neither is. */
  create(user: NewUser, also?: (trx: Transaction<Schema>, userId: string) => Promise<void>): Promise<UserRow>
  /** Throws `user_not_found`, and `last_admin` rather than leave nobody who may do everything. Blocking ends sessions. */
  update(id: string, change: { isAdmin?: boolean; isBlocked?: boolean }): Promise<UserRow>
  /**
   * Ends all sessions and forgets where the user signed in from. One that must be changed also takes the second factor
   * away: it is for someone who can get in no more. Throws `user_not_found`.
   */
  setPassword(id: string, password: string, options: { mustChange: boolean }): Promise<void>
  /** Throws `user_not_found` and `last_admin`. Sessions, tokens and roles go with the user. */
  remove(id: string): Promise<void>
  /** Costs a hash: only from within a lane. */
  holdsPassword(id: string, password: string): Promise<boolean>
  /** Changes whenever the password does. */
  passwordMark(id: string): Promise<string | undefined>
  noteSignIn(id: string): Promise<void>
}

type Deps = StoreDeps & {
  lanes: PasswordLanes
  passwords?: PasswordHashing
  /** Told when someone may do more or less than before, so that what is open for them can be looked at again. */
  onAccessChange(): void
}

export function userStore({ passwords = passwordHashing(), ...deps }: Deps): UserStore {
  const { database, newId, now, lanes, onAccessChange } = deps
  const { db } = database
  const select = () => db.selectFrom('users').select(userColumns).select(secondFactorColumn())

  const find: UserStore['find'] = async (id) => {
    const found = await select().where('id', '=', withoutNul(id)).executeTakeFirst()
    return found && toUserRow(found)
  }

  const get: UserStore['get'] = async (id) => (await find(id)) ?? throwNotFound()

  const findByEmail: UserStore['findByEmail'] = async (email) => {
    const found = await select().where('email', '=', normalEmail(email)).executeTakeFirst()
    return found && toUserRow(found)
  }

  const list: UserStore['list'] = async () => {
    const rows = (await select().execute()).map(toUserRow)
    // Not by the database: its order depends on how PostgreSQL was set up.
    return rows.sort((left, right) => (left.email < right.email ? -1 : 1))
  }

  const ensureAdmin: UserStore['ensureAdmin'] = async (admin) => {
    const anyone = await db.selectFrom('users').select('id').limit(1).executeTakeFirst()
    if (!anyone) await create({ ...admin, isAdmin: true, mustChangePassword: true })
  }

  const create: UserStore['create'] = async ({ password, email, isAdmin, mustChangePassword }, also) => {
    const passwordHash = await lanes.run('stranger', () => passwords.hash(password))
    const id = newId()
    const flags = { isAdmin: isAdmin ? 1 : 0, mustChangePassword: mustChangePassword ? 1 : 0 }
    const row = { id, email: normalEmail(email), passwordHash, ...flags, createdAtMs: now(), lastSignInAtMs: null }
    try {
      await database.transaction(async (trx) => {
        await trx.insertInto('users').values(row).execute()
        if (isAdmin) await nameStandingAdmin(trx, id)
        await also?.(trx, id)
      })
    } catch (error) {
      throw isUniqueViolation(error) && (await findByEmail(email)) ? emailTaken(email, error) : error
    }
    return get(id)
  }

  const update: UserStore['update'] = async (id, { isAdmin, isBlocked }) => {
    const change = {
      ...(isAdmin === undefined ? {} : { isAdmin: isAdmin ? 1 : 0 }),
      ...(isBlocked === undefined ? {} : { isBlocked: isBlocked ? 1 : 0 }),
    }
    await get(id)
    await unlessLastAdmin(async (trx) => {
      if (isAdmin === false || isBlocked === true) await nameAnotherStandingAdmin(trx, id)
      if (Object.keys(change).length > 0) await trx.updateTable('users').set(change).where('id', '=', id).execute()
      if (isBlocked) await trx.deleteFrom('sessions').where('userId', '=', id).execute()
    })
    onAccessChange()
    return get(id)
  }

  const setPassword: UserStore['setPassword'] = async (id, password, { mustChange }) => {
    await get(id)
    const passwordHash = await lanes.run('known', () => passwords.hash(password))
    await database.transaction(async (trx) => {
      const change = { passwordHash, mustChangePassword: mustChange ? 1 : 0 }
      await trx.updateTable('users').set(change).where('id', '=', id).execute()
      await trx.deleteFrom('sessions').where('userId', '=', id).execute()
      await trx.deleteFrom('signInAddresses').where('userId', '=', id).execute()
      if (mustChange) await trx.deleteFrom('secondFactors').where('userId', '=', id).execute()
    })
    onAccessChange()
  }

  const remove: UserStore['remove'] = async (id) => {
    await get(id)
    await unlessLastAdmin(async (trx) => {
      await nameAnotherStandingAdmin(trx, id)
      await trx.deleteFrom('users').where('id', '=', id).execute()
    })
    onAccessChange()
  }

  const passwordMark: UserStore['passwordMark'] = async (id) => {
    const found = await db.selectFrom('users').select('passwordHash').where('id', '=', id).executeTakeFirst()
    return found?.passwordHash
  }

  const holdsPassword: UserStore['holdsPassword'] = async (id, password) => {
    const hash = await passwordMark(id)
    return hash !== undefined && (await passwords.matches(password, hash))
  }

  /** The one that another transaction named meanwhile may be the one that goes here: then it is tried with the next. */
  async function unlessLastAdmin(work: (trx: Transaction<Schema>) => Promise<void>) {
    for (let tries = 1; ; tries++) {
      try {
        return await database.transaction(work)
      } catch (error) {
        if (!isForeignKeyViolation(error)) throw error
        if (tries === 3) throw lastAdmin(error)
      }
    }
  }

  return {
    ensureAdmin,
    find,
    get,
    findByEmail,
    list,
    create,
    update,
    setPassword,
    remove,
    holdsPassword,
    passwordMark,
    noteSignIn: async (id) => {
      await db.updateTable('users').set({ lastSignInAtMs: now() }).where('id', '=', id).execute()
    },
  }
}

const nameStandingAdmin = (trx: Transaction<Schema>, userId: string) =>
  trx
    .insertInto('standingAdmin')
    .values({ id: 1, userId, isAdmin: 1, isBlocked: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()

/** Without another it stays as it is, and its foreign key refuses what comes next. */
async function nameAnotherStandingAdmin(trx: Transaction<Schema>, userId: string) {
  const other = await trx
    .selectFrom('users')
    .select('id')
    .where('isAdmin', '=', 1)
    .where('isBlocked', '=', 0)
    .where('id', '!=', userId)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (other) await trx.updateTable('standingAdmin').set({ userId: other.id }).where('userId', '=', userId).execute()
}

// PostgreSQL refuses to even compare a text with NUL.
const withoutNul = (text: string) => text.replaceAll('\0', '')
export const normalEmail = (email: string) => withoutNul(email.trim().toLowerCase())

function throwNotFound(): never {
  throw new PlatformError('user_not_found', 'There is no such user', { hint: '`berth users` lists them' })
}

const emailTaken = (email: string, cause: unknown) =>
  new PlatformError('conflict', `${normalEmail(email)} is a user already`, {
    hint: 'Sign in with the password of that user',
    cause,
  })

const lastAdmin = (cause: unknown) =>
  new PlatformError('last_admin', 'This is the only admin of the platform who can sign in', {
    hint: 'Make someone else an admin first',
    cause,
  })
