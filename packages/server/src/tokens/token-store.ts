import { PlatformError } from '@berth/contract'
import type { ExpressionBuilder, Kysely, Selectable } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import { isForeignKeyViolation } from '../database/database-errors.ts'
import type { Schema, TokenTable } from '../database/schema.ts'
import { projectNotFound } from '../projects/project-not-found.ts'
import { hashSecret, newSecret } from './secret.ts'
import type { NewToken, TokenAccess, TokenRow } from './token-row.ts'

export interface TokenStore {
  /** The token itself is given only here: the database holds its hash. Throws `project_not_found`. */
  create(token: NewToken): Promise<{ token: string; row: TokenRow }>
  /** Undefined for one that is unknown or expired, or whose owner is blocked; in the same time. */
  findByToken(token: string): Promise<TokenRow | undefined>
  find(id: string): Promise<TokenRow | undefined>
  /** Newest first; of one owner, or everyone's. */
  list(options?: { ownerId: string | null }): Promise<TokenRow[]>
  /** Throws `not_found`. */
  remove(id: string): Promise<void>
  /** Makes a token that was chosen elsewhere valid, unless it was taken back; one that is there stays as it is. */
  ensure(token: string, name: string, access: TokenAccess): Promise<void>
}

const prefix = 'berth_'
const lastUseGrainMs = 60_000
/** Expired tokens stay listed for a while, so that who wonders why something stopped working finds out. */
const keptExpiredMs = 30 * 24 * 3_600_000

export function tokenStore({ database, newId, now }: StoreDeps): TokenStore {
  const { db } = database

  const create: TokenStore['create'] = async (request) => {
    await forgetExpired()
    const token = `${prefix}${newSecret()}`
    const row = await insertToken(db, token, request, { id: newId(), atMs: now() })
    return { token, row }
  }

  const forgetExpired = () =>
    db
      .deleteFrom('tokens')
      .where('expiresAtMs', '<', now() - keptExpiredMs)
      .execute()

  // One query that finds or does not, for every reason alike.
  const findByToken: TokenStore['findByToken'] = async (token) => {
    const atMs = now()
    const record = await db
      .selectFrom('tokens')
      .leftJoin('users', 'users.id', 'tokens.ownerId')
      .selectAll('tokens')
      .where('tokenHash', '=', hashSecret(token))
      .where(({ or, eb }) => or([eb('expiresAtMs', 'is', null), eb('expiresAtMs', '>', atMs)]))
      .where(({ or, eb }) => or([eb('ownerId', 'is', null), eb('users.isBlocked', '=', 0)]))
      .executeTakeFirst()
    if (!record) return undefined
    if (record.lastUsedAtMs !== null && atMs - record.lastUsedAtMs < lastUseGrainMs) return toRow(record)
    await db.updateTable('tokens').set({ lastUsedAtMs: atMs }).where('id', '=', record.id).execute()
    return toRow({ ...record, lastUsedAtMs: atMs })
  }

  const find: TokenStore['find'] = async (id) => {
    const record = await db.selectFrom('tokens').selectAll().where('id', '=', withoutNul(id)).executeTakeFirst()
    return record && toRow(record)
  }

  const list: TokenStore['list'] = async (options) => {
    const newestFirst = db.selectFrom('tokens').selectAll().orderBy('createdAtMs', 'desc').orderBy('id', 'desc')
    const ofOwner = ({ eb }: ExpressionBuilder<Schema, 'tokens'>) =>
      options?.ownerId ? eb('ownerId', '=', options.ownerId) : eb('ownerId', 'is', null)
    return (await (options ? newestFirst.where(ofOwner) : newestFirst).execute()).map(toRow)
  }

  const remove: TokenStore['remove'] = (id) =>
    database.transaction(async (trx) => {
      const removed = await trx
        .deleteFrom('tokens')
        .where('id', '=', withoutNul(id))
        .returning(['tokenHash', 'ownerId'])
        .executeTakeFirst()
      if (!removed) throw tokenNotFound()
      if (removed.ownerId !== null) return
      const retired = { tokenHash: removed.tokenHash, retiredAtMs: now() }
      await trx
        .insertInto('retiredTokens')
        .values(retired)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    })

  const ensure: TokenStore['ensure'] = async (token, name, access) => {
    const row = { ...{ name, access }, createdBy: 'installer', ownerId: null, project: null, expiresAtMs: null }
    await database.transaction(async (trx) => {
      const retired = trx.selectFrom('retiredTokens').select('tokenHash').where('tokenHash', '=', hashSecret(token))
      if (await retired.executeTakeFirst()) return
      await trx
        .insertInto('tokens')
        .values(toRecord(token, row, { id: newId(), atMs: now() }))
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    })
  }

  return { create, findByToken, find, list, remove, ensure }
}

type Made = { id: string; atMs: number }

/** Inside a transaction, or outside of one. Throws `project_not_found`. */
export async function insertToken(trx: Kysely<Schema>, token: string, row: NewToken, made: Made): Promise<TokenRow> {
  try {
    const insert = trx
      .insertInto('tokens')
      .values(toRecord(token, row, made))
      .returningAll()
    return toRow(await insert.executeTakeFirstOrThrow())
  } catch (error) {
    throw isForeignKeyViolation(error) && row.project !== null ? projectNotFound(row.project, error) : error
  }
}

const toRecord = (token: string, { name, ...row }: NewToken, { id, atMs }: Made): Selectable<TokenTable> => ({
  id,
  ...row,
  name: withoutNul(name),
  tokenHash: hashSecret(token),
  createdAtMs: atMs,
  lastUsedAtMs: null,
})

// PostgreSQL refuses to even compare a text with NUL.
const withoutNul = (text: string) => text.replaceAll('\0', '')

const toRow = ({ tokenHash: _, ...record }: Selectable<TokenTable>): TokenRow => ({
  ...record,
  access: record.access as TokenAccess,
})

export const tokenNotFound = () =>
  new PlatformError('not_found', 'There is no such token among yours', { hint: '`berth tokens` lists them' })
