import { type MachineRole, PlatformError } from '@berth/contract'
import type { Selectable } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import type { JoinTokenTable } from '../database/schema.ts'
import { hashSecret, newSecret } from '../tokens/secret.ts'

export type JoinTokenRow = {
  /** Becomes the identity of the machine that uses it. */
  id: string
  machine: string
  role: MachineRole
  createdBy: string
  expiresAtMs: number
  usedAtMs: number | null
}

type NewJoinToken = Pick<JoinTokenRow, 'machine' | 'role' | 'createdBy' | 'expiresAtMs'>

/** All but `create` throw `join_token_invalid`, in words why. */
export interface JoinTokenStore {
  /** The secret is given only here. An earlier token for that machine ends. */
  create(token: NewJoinToken): Promise<{ secret: string; row: JoinTokenRow }>
  /** One that is neither used nor expired. */
  getUnused(secret: string): Promise<JoinTokenRow>
  /** Used or not: a machine whose joining broke off asks again. */
  getValid(secret: string): Promise<JoinTokenRow>
  /** Once; but the same key may ask again until the token expires, so that a broken connection costs nothing. */
  redeem(use: { secret: string; machine: string; keySha256: string }): Promise<JoinTokenRow>
}

export function joinTokenStore({ database: { db }, newId, now }: StoreDeps): JoinTokenStore {
  const create: JoinTokenStore['create'] = async (token) => {
    const secret = newSecret()
    const made = { ...token, id: newId(), secretHash: hashSecret(secret), createdAtMs: now() }
    const record = { ...made, usedAtMs: null, usedByKey: null }
    await db
      .insertInto('joinTokens')
      .values(record)
      .onConflict((conflict) => conflict.column('machine').doUpdateSet(record))
      .execute()
    return { secret, row: toRow(record) }
  }

  const find = (secret: string) =>
    db.selectFrom('joinTokens').selectAll().where('secretHash', '=', hashSecret(secret)).executeTakeFirst()

  const getUnused: JoinTokenStore['getUnused'] = async (secret) => {
    const record = await find(secret)
    if (record && record.usedAtMs === null && record.expiresAtMs > now()) return toRow(record)
    throw refusal(record, now())
  }

  const getValid: JoinTokenStore['getValid'] = async (secret) => {
    const record = await find(secret)
    if (record && record.expiresAtMs > now()) return toRow(record)
    throw refusal(record, now())
  }

  const redeem: JoinTokenStore['redeem'] = async ({ secret, machine, keySha256 }) => {
    const redeemed = await db
      .updateTable('joinTokens')
      .set({ usedAtMs: now(), usedByKey: keySha256 })
      .where('secretHash', '=', hashSecret(secret))
      .where('machine', '=', machine)
      .where('expiresAtMs', '>', now())
      .where(({ or, eb }) => or([eb('usedByKey', 'is', null), eb('usedByKey', '=', keySha256)]))
      .returningAll()
      .executeTakeFirst()
    if (redeemed) return toRow(redeemed)
    throw refusal(await find(secret), now(), machine)
  }

  return { create, getUnused, getValid, redeem }
}

const toRow = ({ id, machine, role, createdBy, expiresAtMs, usedAtMs }: Selectable<JoinTokenTable>): JoinTokenRow => ({
  ...{ id, machine, createdBy, expiresAtMs, usedAtMs },
  role: role as MachineRole,
})

function refusal(record: Selectable<JoinTokenTable> | undefined, nowMs: number, machine?: string) {
  if (!record) return invalid('This join token is not known: perhaps a newer one took its place')
  if (machine !== undefined && record.machine !== machine) {
    return invalid(`This join token is for the machine ${record.machine} and not for ${machine}`)
  }
  if (record.usedAtMs !== null) {
    return invalid(`This join token was used on ${toIso(record.usedAtMs)}, and it is good for once`)
  }
  if (record.expiresAtMs <= nowMs) return invalid(`This join token expired on ${toIso(record.expiresAtMs)}`)
  return invalid('This join token was used a moment ago by another machine')
}

const toIso = (ms: number) => new Date(ms).toISOString()

const invalid = (message: string) =>
  new PlatformError('join_token_invalid', message, {
    hint: 'Make another one: `berth machines join-command <name>`, with the host name of the machine',
  })
