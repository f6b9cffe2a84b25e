import type { StoreDeps } from '../database/database.ts'
import type { FoundSession } from '../gate/session-cookie.ts'
import { networkOf } from './attempt-limit.ts'
import type { Auth } from './auth.ts'
import { absoluteCapMs, rollingMs, useGrainMs } from './session-times.ts'

export type SessionRow = {
  id: string
  userId: string
  address: string | null
  userAgent: string | null
  createdAtMs: number
  lastUsedAtMs: number
  expiresAtMs: number
}

export interface SessionStore {
  /** By the value of the cookie; using a session is what keeps it alive. */
  find(cookie: string): Promise<FoundSession | undefined>
  /** Last used first. */
  list(userId: string): Promise<SessionRow[]>
  /** Whether the user had such a session. */
  end(userId: string, sessionId: string): Promise<boolean>
  /** How many it were. */
  endAll(userId: string): Promise<number>
  /** Whether the user signed in from this network before. */
  isKnownAddress(userId: string, address: string): Promise<boolean>
  /** Remembers where from, and clears away what is over. */
  noteSignIn(userId: string, address: string): Promise<void>
}

type Deps = Pick<StoreDeps, 'database' | 'now'> & {
  auth: Pick<Auth, 'find'>
  /** Told when sessions have ended, so that what is open for them can be closed. */
  onAccessChange(): void
}

const keptAddresses = 20
const keptSessions = 50

export function sessionStore({ database: { db }, now, auth, onAccessChange }: Deps): SessionStore {
  const find: SessionStore['find'] = async (cookie) => {
    const found = await auth.find(cookie)
    if (!found || found.user.isBlocked) return undefined
    const { user, sessionId } = found
    if (now() - found.lastUsedAtMs >= useGrainMs) await noteUse(sessionId, found.createdAtMs)
    return { user, sessionId }
  }

  async function noteUse(id: string, createdAtMs: number) {
    const atMs = now()
    const expiresAtMs = Math.min(atMs + rollingMs, createdAtMs + absoluteCapMs)
    await db.updateTable('sessions').set({ lastUsedAtMs: atMs, expiresAtMs }).where('id', '=', id).execute()
  }

  const list: SessionStore['list'] = (userId) =>
    db
      .selectFrom('sessions')
      .select(['id', 'userId', 'address', 'userAgent', 'createdAtMs', 'lastUsedAtMs', 'expiresAtMs'])
      .where('userId', '=', userId)
      .where('expiresAtMs', '>', now())
      .orderBy('lastUsedAtMs', 'desc')
      .orderBy('id', 'desc')
      .execute()

  const end: SessionStore['end'] = async (userId, sessionId) => {
    const { numDeletedRows } = await db
      .deleteFrom('sessions')
      .where('userId', '=', userId)
      .where('id', '=', sessionId.replaceAll('\0', ''))
      .executeTakeFirst()
    if (Number(numDeletedRows) === 0) return false
    onAccessChange()
    return true
  }

  const endAll: SessionStore['endAll'] = async (userId) => {
    const { numDeletedRows } = await db.deleteFrom('sessions').where('userId', '=', userId).executeTakeFirst()
    onAccessChange()
    return Number(numDeletedRows)
  }

  const isKnownAddress: SessionStore['isKnownAddress'] = async (userId, address) => {
    const found = await db
      .selectFrom('signInAddresses')
      .select('address')
      .where('userId', '=', userId)
      .where('address', '=', networkOf(address))
      .executeTakeFirst()
    return found !== undefined
  }

  const noteSignIn: SessionStore['noteSignIn'] = async (userId, address) => {
    const lastAtMs = now()
    await db
      .insertInto('signInAddresses')
      .values({ userId, address: networkOf(address), lastAtMs })
      .onConflict((conflict) => conflict.columns(['userId', 'address']).doUpdateSet({ lastAtMs }))
      .execute()
    const newestAddresses = db
      .selectFrom('signInAddresses')
      .select('address')
      .where('userId', '=', userId)
      .orderBy('lastAtMs', 'desc')
      .limit(keptAddresses)
    await db
      .deleteFrom('signInAddresses')
      .where('userId', '=', userId)
      .where('address', 'not in', newestAddresses)
      .execute()
    const newestSessions = db
      .selectFrom('sessions')
      .select('id')
      .where('userId', '=', userId)
      .orderBy('createdAtMs', 'desc')
      .orderBy('id', 'desc')
      .limit(keptSessions)
    await db.deleteFrom('sessions').where('userId', '=', userId).where('id', 'not in', newestSessions).execute()
    await db.deleteFrom('sessions').where('expiresAtMs', '<=', lastAtMs).execute()
  }

  return { find, list, end, endAll, isKnownAddress, noteSignIn }
}
