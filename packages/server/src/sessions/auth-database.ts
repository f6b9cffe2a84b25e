import { createHash } from 'node:crypto'
import type { BetterAuthOptions, DBAdapter, Where } from 'better-auth/types'
import type { StoreDeps } from '../database/database.ts'
import { secondFactorColumn, toUserRow, type UserRow, userColumns } from '../users/user-row.ts'
import { absoluteCapMs } from './session-times.ts'

type Deps = Pick<StoreDeps, 'database' | 'newId'>

/**
 * What better-auth may do with our tables, and nothing else: look users up, replace a password, make and end sessions.
 * What is not listed here is refused, so that no endpoint of it can make a user, an account or anything that we do not know.
 * Its `account` is the password of a user. The database holds the hash of a session's token, never the token.
 */
export function authDatabase({ database, newId }: Deps): DBAdapter<BetterAuthOptions> {
  const { db } = database

  const findOne = async ({ model, where }: { model: string; where: Where[] }): Promise<unknown> => {
    switch (asked(model, where)) {
      case 'user by email':
        return findUserWithPassword('email', text(where, 'email'))
      case 'user by id':
        return findUser(text(where, 'id'))
      case 'account by userId providerId accountId':
        return (await findUserWithPassword('id', text(where, 'userId')))?.account[0] ?? null
      case 'session by token':
        return findSession(text(where, 'token'))
      default:
        return refuse('find', model, where)
    }
  }

  async function findUser(id: string) {
    const found = await db
      .selectFrom('users')
      .select(userColumns)
      .select(secondFactorColumn())
      .where('id', '=', id)
      .executeTakeFirst()
    return found ? toUser(toUserRow(found)) : null
  }

  async function findUserWithPassword(by: 'email' | 'id', value: string) {
    const found = await db
      .selectFrom('users')
      .select(userColumns)
      .select(secondFactorColumn())
      .select('users.passwordHash')
      .where(by, '=', value)
      .executeTakeFirst()
    if (!found) return null
    const { passwordHash, ...record } = found
    const user = toUser(toUserRow(record))
    return { ...user, account: [toAccount(user.id, passwordHash)] }
  }

  async function findSession(token: string) {
    const found = await db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.userId')
      .select(userColumns)
      .select(secondFactorColumn())
      .select([
        'sessions.id as sessionId',
        'sessions.address',
        'sessions.userAgent',
        'sessions.createdAtMs as madeAtMs',
        'sessions.lastUsedAtMs',
        'sessions.expiresAtMs',
      ])
      .where('tokenHash', '=', hashOf(token))
      .executeTakeFirst()
    if (!found) return null
    const { sessionId, address, userAgent, madeAtMs, lastUsedAtMs, expiresAtMs, ...user } = found
    return {
      id: sessionId,
      token,
      userId: user.id,
      ipAddress: address,
      userAgent,
      createdAt: new Date(madeAtMs),
      updatedAt: new Date(lastUsedAtMs),
      expiresAt: new Date(expiresAtMs),
      user: toUser(toUserRow(user)),
    }
  }

  const create = async ({ model, data }: { model: string; data: Record<string, unknown> }) => {
    if (model !== 'session') return refuse('create', model, [])
    const made = data as SessionFields
    const id = newId()
    await db
      .insertInto('sessions')
      .values({
        id,
        userId: made.userId,
        tokenHash: hashOf(made.token),
        address: made.ipAddress || null,
        userAgent: made.userAgent || null,
        createdAtMs: made.createdAt.getTime(),
        lastUsedAtMs: made.createdAt.getTime(),
        expiresAtMs: Math.min(made.expiresAt.getTime(), made.createdAt.getTime() + absoluteCapMs),
      })
      .execute()
    return { ...made, id }
  }

  /** A new password: it was chosen by its user, and whoever is signed in with the old one is so no longer. */
  const update = async ({ model, where, update: change }: Parameters<DBAdapter['update']>[0]) => {
    const [field] = Object.keys(change)
    if (asked(model, where) !== 'account by id' || field !== 'password') return refuse('update', model, where)
    const userId = text(where, 'id')
    const passwordHash = String(change.password)
    await database.transaction(async (trx) => {
      await trx.updateTable('users').set({ passwordHash, mustChangePassword: 0 }).where('id', '=', userId).execute()
      await trx.deleteFrom('sessions').where('userId', '=', userId).execute()
    })
    return toAccount(userId, passwordHash)
  }

  const removeSessions = async ({ model, where }: { model: string; where: Where[] }) => {
    const sessions = db.deleteFrom('sessions')
    switch (asked(model, where)) {
      case 'session by token':
        return sessions.where('tokenHash', '=', hashOf(text(where, 'token'))).executeTakeFirst()
      case 'session by userId':
        return sessions.where('userId', '=', text(where, 'userId')).executeTakeFirst()
      default:
        return refuse('delete', model, where)
    }
  }

  const adapter: DBAdapter<BetterAuthOptions> = {
    id: 'berth',
    create: create as DBAdapter['create'],
    findOne: findOne as DBAdapter['findOne'],
    // It looks at what it is about to delete, for hooks that we do not have.
    findMany: (async ({ model, where = [] }) =>
      asked(model, where) === 'session by token'
        ? [await findSession(text(where, 'token'))].filter((found) => found !== null)
        : []) as DBAdapter['findMany'],
    update: update as DBAdapter['update'],
    delete: async (request) => void (await removeSessions(request)),
    deleteMany: async (request) => Number((await removeSessions(request)).numDeletedRows),
    count: async ({ model }) => refuse('count', model, []),
    updateMany: async ({ model, where }) => refuse('update', model, where),
    consumeOne: async ({ model, where }) => refuse('consume', model, where),
    incrementOne: async ({ model, where }) => refuse('increment', model, where),
    transaction: (work) => work(adapter),
  }
  return adapter
}

type SessionFields = {
  userId: string
  token: string
  ipAddress?: string | null
  userAgent?: string | null
  createdAt: Date
  expiresAt: Date
}

const asked = (model: string, where: readonly Where[]) => `${model} by ${where.map(({ field }) => field).join(' ')}`

function text(where: readonly Where[], field: string): string {
  const found = where.find((part) => part.field === field)
  if (typeof found?.value !== 'string' || (found.operator ?? 'eq') !== 'eq') return refuse('compare', field, where)
  return found.value.replaceAll('\0', '') // PostgreSQL refuses to even compare a text with NUL.
}

/** Names no value: they may be secrets. */
function refuse(action: string, model: string, where: readonly Where[]): never {
  throw new Error(`better-auth may not ${action} ${asked(model, where)}`)
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

const toUser = (row: UserRow) => ({
  id: row.id,
  email: row.email,
  name: row.email,
  emailVerified: true,
  image: null,
  createdAt: new Date(row.createdAtMs),
  updatedAt: new Date(row.createdAtMs),
  row,
})

const toAccount = (userId: string, password: string) => ({
  id: userId,
  userId,
  accountId: userId,
  providerId: 'credential',
  password,
  createdAt: new Date(0),
  updatedAt: new Date(0),
})
