import { type Access, type Me, PlatformError, type Role } from '@berth/contract'
import type { Caller } from '../gate/caller.ts'
import type { UserRow } from '../users/user-row.ts'

export type RolesOf = (userId: string) => Promise<{ name: string; role: Role }[]>

export type MeDeps = {
  users: { find(id: string): Promise<UserRow | undefined> }
  rolesOf: RolesOf
}

export async function meOf(caller: Caller, { users, rolesOf }: MeDeps): Promise<Me> {
  const user = caller.userId === null ? undefined : await users.find(caller.userId)
  const roles = user ? await rolesOf(user.id) : []
  const isSession = caller.kind === 'session'
  return {
    name: caller.name,
    kind: isSession ? 'user' : 'token',
    email: user?.email ?? null,
    access: caller.access,
    isAdmin: caller.isAdmin,
    mustChangePassword: isSession && user?.mustChangePassword === true,
    hasSecondFactor: isSession && user?.hasSecondFactor === true,
    projects: roles.flatMap(({ name }) => roleBy(caller.accessTo(name)).map((role) => ({ name, role }))),
  }
}

/** The role that such an access comes to: a token may do less than its owner. */
function roleBy(access: Access | null): Role[] {
  switch (access) {
    case 'admin':
      return ['admin']
    case 'deploy':
      return ['developer']
    case 'read':
      return ['reader']
    default:
      return []
  }
}

/** The session that asks; for what a token cannot do. */
export function sessionOf({ kind, userId, sessionId }: Caller): { userId: string; sessionId: string } {
  if (kind === 'session' && userId !== null && sessionId !== null) return { userId, sessionId }
  throw new PlatformError('session_required', 'A token cannot do this', { hint: 'Sign in to the dashboard to do it' })
}
