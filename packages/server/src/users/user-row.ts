import { expressionBuilder, type Selectable } from 'kysely'
import type { Schema, UserTable } from '../database/schema.ts'

export type UserRow = {
  id: string
  /** In lower case. */
  email: string
  isAdmin: boolean
  isBlocked: boolean
  mustChangePassword: boolean
  hasSecondFactor: boolean
  lastSignInAtMs: number | null
  createdAtMs: number
}

/** What is selected of a user wherever one is read; the hash of the password is not among it. */
export const userColumns = [
  'users.id',
  'users.email',
  'users.isAdmin',
  'users.isBlocked',
  'users.mustChangePassword',
  'users.lastSignInAtMs',
  'users.createdAtMs',
] as const

/** Beside `userColumns`. */
export function secondFactorColumn() {
  const eb = expressionBuilder<Schema, 'users'>()
  return eb
    .selectFrom('secondFactors')
    .select((one) => one.fn.countAll<number>().as('count'))
    .whereRef('secondFactors.userId', '=', 'users.id')
    .where('secondFactors.isConfirmed', '=', 1)
    .as('secondFactors')
}

type UserRecord = Omit<Selectable<UserTable>, 'passwordHash'> & { secondFactors: number | null }

export const toUserRow = ({ secondFactors, ...record }: UserRecord): UserRow => ({
  id: record.id,
  email: record.email,
  isAdmin: record.isAdmin === 1,
  isBlocked: record.isBlocked === 1,
  mustChangePassword: record.mustChangePassword === 1,
  hasSecondFactor: Number(secondFactors) > 0,
  lastSignInAtMs: record.lastSignInAtMs,
  createdAtMs: record.createdAtMs,
})
