import { createHash, randomBytes } from 'node:crypto'
import type { Access } from '@berth/contract'
import type { Selectable } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import type { TokenTable } from '../database/schema.ts'

export type TokenAccess = Exclude<Access, 'anyone'>

export type TokenRow = {
  id: string
  name: string
  access: TokenAccess
  createdBy: string
  createdAtMs: number
  expiresAtMs: number | null
  /** Right to a minute. */
  lastUsedAtMs: number | null
}

export type NewToken = Pick<TokenRow, 'name' | 'access' | 'createdBy'> & { expiresAtMs?: number }

export interface TokenStore {
  /** The token itself is given only here: the database holds its hash. */
  create(token: NewToken): Promise<{ token: string; row: TokenRow }>
  /** Undefined for one that is unknown or expired. */
  findByToken(token: string): Promise<TokenRow | undefined>
  /** Makes a token that was chosen elsewhere valid; one that is already there stays as it is. */
  ensure(token: string, name: string, access: TokenAccess): Promise<TokenRow>
}

const lastUseGrainMs = 60_000

export function tokenStore({ database: { db }, newId, now }: StoreDeps): TokenStore {
  const insert = (token: string, { name, access, createdBy, expiresAtMs }: NewToken) =>
    db
      .insertInto('tokens')
      .values({
        id: newId(),
        tokenHash: hashOf(token),
        ...{ name, access, createdBy },
        createdAtMs: now(),
        expiresAtMs: expiresAtMs ?? null,
        lastUsedAtMs: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()

  /** By hash: how long the comparison takes says nothing about the token. */
  const findByHash = (token: string) =>
    db.selectFrom('tokens').selectAll().where('tokenHash', '=', hashOf(token)).executeTakeFirst()

  async function getByHash(token: string): Promise<TokenRow> {
    const record = await findByHash(token)
    if (!record) throw new Error('A token that was just stored is gone')
    return toRow(record)
  }

  const create: TokenStore['create'] = async (request) => {
    const token = `berth_${randomBytes(32).toString('base64url')}`
    await insert(token, request)
    return { token, row: await getByHash(token) }
  }

  const findByToken: TokenStore['findByToken'] = async (token) => {
    const record = await findByHash(token)
    const atMs = now()
    if (!record || (record.expiresAtMs !== null && record.expiresAtMs <= atMs)) return undefined
    if (record.lastUsedAtMs !== null && atMs - record.lastUsedAtMs < lastUseGrainMs) return toRow(record)
    await db.updateTable('tokens').set({ lastUsedAtMs: atMs }).where('id', '=', record.id).execute()
    return toRow({ ...record, lastUsedAtMs: atMs })
  }

  const ensure: TokenStore['ensure'] = async (token, name, access) => {
    await insert(token, { name, access, createdBy: 'installer' })
    return getByHash(token)
  }

  return { create, findByToken, ensure }
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

const toRow = ({ tokenHash: _, ...record }: Selectable<TokenTable>): TokenRow => ({
  ...record,
  access: record.access as TokenAccess,
})
