import { PlatformError, type Role } from '@berth/contract'
import type { Kysely } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import { isForeignKeyViolation } from '../database/database-errors.ts'
import type { Schema } from '../database/schema.ts'

export type MemberRow = {
  userId: string
  email: string
  role: Role
  isPlatformAdmin: boolean
  sinceMs: number
}

/** A user's role in a project. */
export type ProjectRole = { name: string; role: Role }

export interface MembershipStore {
  /** By name of the project. */
  rolesOf(userId: string): Promise<ProjectRole[]>
  /** By e-mail. */
  list(project: string): Promise<MemberRow[]>
  find(project: string, userId: string): Promise<MemberRow | undefined>
  /** Makes someone a member or changes their role. Throws `user_not_found`. */
  put(membership: { project: string; userId: string; role: Role }): Promise<MemberRow>
  /** Only of who is a member. Throws `user_not_found`. */
  change(membership: { project: string; userId: string; role: Role }): Promise<MemberRow>
  /** Throws `user_not_found`. */
  remove(project: string, userId: string): Promise<void>
}

export function membershipStore({ database: { db }, now }: Pick<StoreDeps, 'database' | 'now'>): MembershipStore {
  const select = (project: string) =>
    db
      .selectFrom('memberships')
      .innerJoin('users', 'users.id', 'memberships.userId')
      .select(['userId', 'email', 'role', 'isAdmin', 'sinceMs'])
      .where('project', '=', project)

  const rolesOf: MembershipStore['rolesOf'] = async (userId) => {
    const records = await db
      .selectFrom('memberships')
      .select(['project as name', 'role'])
      .where('userId', '=', userId)
      .execute()
    // Not by the database: its order depends on how PostgreSQL was set up.
    return records.sort((left, right) => (left.name < right.name ? -1 : 1)) as ProjectRole[]
  }

  const list: MembershipStore['list'] = async (project) => {
    const records = await select(project).execute()
    return records.map(toRow).sort((left, right) => (left.email < right.email ? -1 : 1))
  }

  const find: MembershipStore['find'] = async (project, userId) => {
    const record = await select(project).where('userId', '=', withoutNul(userId)).executeTakeFirst()
    return record && toRow(record)
  }

  const get = async (project: string, userId: string) => (await find(project, userId)) ?? throwNotFound()

  const put: MembershipStore['put'] = async ({ project, userId, role }) => {
    try {
      const row = { project, userId: withoutNul(userId), role, sinceMs: now() }
      const insert = db.insertInto('memberships').values(row)
      await insert.onConflict((conflict) => conflict.columns(['project', 'userId']).doUpdateSet({ role })).execute()
    } catch (error) {
      throw isForeignKeyViolation(error) ? notFound(error) : error
    }
    return get(project, userId)
  }

  const change: MembershipStore['change'] = async ({ project, userId, role }) => {
    const update = db.updateTable('memberships').set({ role }).where('project', '=', project)
    await update.where('userId', '=', withoutNul(userId)).execute()
    return get(project, userId)
  }

  const remove: MembershipStore['remove'] = async (project, userId) => {
    const { numDeletedRows } = await db
      .deleteFrom('memberships')
      .where('project', '=', project)
      .where('userId', '=', withoutNul(userId))
      .executeTakeFirst()
    if (Number(numDeletedRows) === 0) throwNotFound()
  }

  return { rolesOf, list, find, put, change, remove }
}

/** Inside a transaction: a role is gained, or the one that is there stays where it is more. */
export async function grantRole(
  trx: Kysely<Schema>,
  { project, userId, role, atMs }: { project: string; userId: string; role: Role; atMs: number },
): Promise<void> {
  const insert = trx.insertInto('memberships').values({ project, userId, role, sinceMs: atMs }).returning('role')
  const isNew = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirst()
  if (isNew) return
  await trx
    .updateTable('memberships')
    .set({ role })
    .where('project', '=', project)
    .where('userId', '=', userId)
    .where('role', 'in', lesserRoles[role])
    .execute()
}

const lesserRoles: Record<Role, readonly Role[]> = {
  reader: ['reader'],
  developer: ['reader'],
  admin: ['reader', 'developer'],
}

type MemberRecord = { userId: string; email: string; role: string; isAdmin: number; sinceMs: number }

const toRow = ({ isAdmin, role, ...record }: MemberRecord): MemberRow => ({
  ...record,
  role: role as Role,
  isPlatformAdmin: isAdmin === 1,
})

// PostgreSQL refuses to even compare a text with NUL.
const withoutNul = (text: string) => text.replaceAll('\0', '')

const notFound = (cause?: unknown) =>
  new PlatformError('user_not_found', 'There is no such member of this project', {
    hint: '`berth members` lists them; someone new is invited with `berth users invite`',
    cause,
  })

function throwNotFound(): never {
  throw notFound()
}
