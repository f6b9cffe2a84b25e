import type { ProjectRole } from '../projects/membership-store.ts'
import type { TokenRow } from '../tokens/token-row.ts'
import type { UserRow } from '../users/user-row.ts'
import type { Caller } from './caller.ts'
import { bearerToken, type IdentificationMethod } from './identification.ts'
import type { FoundSession, SessionFinder } from './session-cookie.ts'
import { sessionCaller, tokenCaller } from './standing.ts'

type Deps = {
  tokens: { findByToken(token: string): Promise<TokenRow | undefined> }
  users: { find(id: string): Promise<UserRow | undefined> }
  rolesOf(userId: string): Promise<ProjectRole[]>
}

/** Whom the gate knows, each with what they may do now: it is read anew with every request. */
export function knownCallers({ tokens, users, rolesOf }: Deps) {
  const ofSession = async ({ user, sessionId }: FoundSession): Promise<Caller> =>
    sessionCaller(user, await rolesOf(user.id), sessionId)

  async function ofToken(token: string): Promise<Caller | undefined> {
    const row = await tokens.findByToken(token)
    if (!row) return undefined
    if (row.ownerId === null) return tokenCaller(row, null)
    const [user, roles] = await Promise.all([users.find(row.ownerId), rolesOf(row.ownerId)])
    return user && !user.isBlocked ? tokenCaller(row, { user, roles }) : undefined
  }

  const bySession =
    (findSession: SessionFinder): IdentificationMethod =>
    async (visitor) => {
      // A page of another site may open a WebSocket with the visitor's cookie, and read what comes: never a mere reading.
      const isUpgrade = visitor.headers.upgrade !== undefined
      const found = await findSession(isUpgrade ? { ...visitor, method: 'UPGRADE' } : visitor)
      if (found === 'refused') return 'ended'
      return found === 'absent' ? 'absent' : ofSession(found)
    }

  return { ofSession, byToken: bearerToken(ofToken), bySession }
}
