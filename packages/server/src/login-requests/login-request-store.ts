import { type LoginRequest, PlatformError } from '@berth/contract'
import { type Selectable, sql } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import type { LoginRequestTable } from '../database/schema.ts'
import { hashSecret, newSecret } from '../tokens/secret.ts'
import type { TokenAccess, TokenRow } from '../tokens/token-row.ts'
import { insertToken } from '../tokens/token-store.ts'
import { newLoginCode } from './login-code.ts'

export type LoginRequestRow = {
  code: string
  client: string
  address: string
  state: LoginRequest['state']
  /** What the token may do; null until it is approved. */
  access: TokenAccess | null
  /** Id of who approved or refused. */
  answeredBy: string | null
  createdAtMs: number
  expiresAtMs: number
}

export type LoginAnswer = { userId: string; access: TokenAccess | null }

export interface LoginRequestStore {
  /** The secret is given only here. Throws `rate_limited` where too many wait already. */
  create(request: { client: string; address: string }): Promise<{ secret: string; row: LoginRequestRow }>
  /** Throws `not_found`. */
  get(code: string): Promise<LoginRequestRow>
  /** Approves with an access, refuses without. Throws `not_found`, and `conflict` where it was answered or expired. */
  answer(code: string, answer: LoginAnswer): Promise<LoginRequestRow>
  /** The token once it was approved, and only to the first who asks. Throws `not_found`. */
  fetchToken(secret: string): Promise<{ state: LoginRequest['state']; token?: { token: string; row: TokenRow } }>
}

export const loginRequestMs = 10 * 60_000
const tokenMs = 90 * 24 * 3_600_000
/** Expired ones are remembered, so that who is late is told so. */
const keptMs = 60 * 60_000
const maxWaiting = 500
const maxWaitingOfAddress = 20
const maxTokenName = 60

export function loginRequestStore({ database, newId, now }: StoreDeps): LoginRequestStore {
  const { db } = database

  const create: LoginRequestStore['create'] = async ({ client, address }) => {
    const atMs = now()
    await db
      .deleteFrom('loginRequests')
      .where('expiresAtMs', '<=', atMs - keptMs)
      .execute()
    await refuseTooMany(address, atMs)
    const secret = newSecret()
    const row: Selectable<LoginRequestTable> = {
      ...{ code: newLoginCode(), secretHash: hashSecret(secret), client: printable(client), address },
      ...{ state: 'waiting', access: null, answeredBy: null, createdAtMs: atMs, expiresAtMs: atMs + loginRequestMs },
    }
    await db.insertInto('loginRequests').values(row).execute()
    return { secret, row: toRow(row, atMs) }
  }

  async function refuseTooMany(address: string, atMs: number) {
    const { all, ofAddress } = await db
      .selectFrom('loginRequests')
      .select(({ fn }) => [
        fn.countAll<number>().as('all'),
        sql<number | null>`sum(case when address = ${address} then 1 else 0 end)`.as('ofAddress'),
      ])
      .where('expiresAtMs', '>', atMs)
      .executeTakeFirstOrThrow()
    if (Number(all) >= maxWaiting || Number(ofAddress) >= maxWaitingOfAddress) throw tooManyWaiting()
  }

  const get: LoginRequestStore['get'] = async (code) => {
    const record = await db.selectFrom('loginRequests').selectAll().where('code', '=', code).executeTakeFirst()
    if (!record) throw requestNotFound()
    return toRow(record, now())
  }

  const answer: LoginRequestStore['answer'] = async (code, { userId, access }) => {
    const state = access === null ? 'refused' : 'approved'
    const answered = await db
      .updateTable('loginRequests')
      .set({ state, access, answeredBy: userId })
      .where('code', '=', code)
      .where('state', '=', 'waiting')
      .where('expiresAtMs', '>', now())
      .returningAll()
      .executeTakeFirst()
    if (answered) return toRow(answered, now())
    throw answeredAlready(await get(code))
  }

  // The row goes with the token, so that of several who ask at once one gets it and the others find nothing.
  const fetchToken: LoginRequestStore['fetchToken'] = (secret) =>
    database.transaction(async (trx) => {
      const atMs = now()
      const ofSecret = trx.selectFrom('loginRequests').selectAll().where('secretHash', '=', hashSecret(secret))
      const record = await ofSecret.executeTakeFirst()
      if (!record) throw requestNotFound()
      const { state } = toRow(record, atMs)
      if (state !== 'approved') return { state }
      const taken = await trx
        .deleteFrom('loginRequests')
        .where('code', '=', record.code)
        .returning(['access', 'answeredBy', 'client'])
        .executeTakeFirst()
      if (!taken?.answeredBy) throw requestNotFound()
      const owner = trx.selectFrom('users').select('email').where('id', '=', taken.answeredBy)
      const { email } = await owner.executeTakeFirstOrThrow()
      const token = `berth_${newSecret()}`
      const request = {
        ...{ name: taken.client.slice(0, maxTokenName), access: taken.access as TokenAccess, createdBy: email },
        ...{ ownerId: taken.answeredBy, project: null, expiresAtMs: atMs + tokenMs },
      }
      return { state, token: { token, row: await insertToken(trx, token, request, { id: newId(), atMs }) } }
    })

  return { create, get, answer, fetchToken }
}

const toRow = ({ secretHash: _, ...record }: Selectable<LoginRequestTable>, atMs: number): LoginRequestRow => ({
  ...record,
  state: record.expiresAtMs <= atMs ? 'expired' : (record.state as LoginRequestRow['state']),
  access: record.access as TokenAccess | null,
})

/** Shown to who approves: nothing that could move or hide the words around it. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, '').trim() || 'a program without a name'

const requestNotFound = () =>
  new PlatformError('not_found', 'There is no such request to sign in, or no longer', {
    hint: 'Compare the code; a request is good for ten minutes and once. `berth login` makes another',
  })

const answeredAlready = ({ state }: LoginRequestRow) =>
  new PlatformError('conflict', `This request to sign in is ${state} already`, { hint: '`berth login` makes another' })

const tooManyWaiting = () =>
  new PlatformError('rate_limited', 'Too many requests to sign in are waiting', {
    hint: 'Answer one of them, or try again in ten minutes',
  })
