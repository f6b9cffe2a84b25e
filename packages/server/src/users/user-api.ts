import { randomInt } from 'node:crypto'
import { changeUser, listUsers, removeUser, resetPassword, type User } from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import type { RolesOf } from '../sessions/me.ts'
import type { UserRow } from './user-row.ts'
import type { UserStore } from './user-store.ts'

type Deps = { users: UserStore; rolesOf: RolesOf; activity: Pick<ActivityStore, 'add'> }
type Change = { isAdmin?: boolean | undefined; isBlocked?: boolean | undefined }

export function userApi({ users, rolesOf, activity }: Deps): EndpointHandler[] {
  const toUser = async (row: UserRow): Promise<User> => ({
    id: row.id,
    email: row.email,
    isAdmin: row.isAdmin,
    isBlocked: row.isBlocked,
    hasSecondFactor: row.hasSecondFactor,
    mustChangePassword: row.mustChangePassword,
    projects: await rolesOf(row.id),
    lastSignInAt: row.lastSignInAtMs === null ? null : new Date(row.lastSignInAtMs).toISOString(),
    createdAt: new Date(row.createdAtMs).toISOString(),
  })

  return [
    handle(listUsers, async () => Promise.all((await users.list()).map(toUser))),

    handle(changeUser, async ({ params: { userId }, body, caller }) => {
      const before = await users.get(userId)
      const after = await users.update(userId, body)
      for (const kind of changes(before, body)) await activity.add({ actor: caller.name, kind, detail: after.email })
      return toUser(after)
    }),

    handle(resetPassword, async ({ params: { userId }, caller }) => {
      const { email } = await users.get(userId)
      const password = newOneTimePassword()
      await users.setPassword(userId, password, { mustChange: true })
      await activity.add({ actor: caller.name, kind: 'password_reset', detail: email })
      return { password }
    }),

    handle(removeUser, async ({ params: { userId }, caller }) => {
      const { email } = await users.get(userId)
      await users.remove(userId)
      await activity.add({ actor: caller.name, kind: 'user_removed', detail: email })
      return { removed: true as const }
    }),
  ]
}

/** What the activity log calls what really changed. */
function changes(before: UserRow, { isAdmin, isBlocked }: Change): string[] {
  const kinds: string[] = []
  if (isAdmin !== undefined && isAdmin !== before.isAdmin) kinds.push(isAdmin ? 'user_made_admin' : 'user_admin_ended')
  if (isBlocked !== undefined && isBlocked !== before.isBlocked) kinds.push(isBlocked ? 'user_blocked' : 'user_let_in')
  return kinds
}

/** Without what looks alike, because it is read aloud and typed. */
const letters = 'abcdefghijkmnpqrstuvwxyz23456789'

/** 100 random bits. */
export const newOneTimePassword = () =>
  Array.from({ length: 4 }, () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')).join(
    '-',
  )
