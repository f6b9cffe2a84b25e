import type { Access, Role } from '@berth/contract'
import type { ProjectRole } from '../projects/membership-store.ts'
import { accessOf } from '../projects/role-access.ts'
import type { TokenRow } from '../tokens/token-row.ts'
import type { UserRow } from '../users/user-row.ts'
import { type Caller, includes, least } from './caller.ts'

type Standing = Pick<Caller, 'access' | 'isAdmin' | 'accessTo'>

/** What a user may do at this moment: nothing but change the password, as long as that has to be done. */
export function userStanding(user: UserRow, roles: readonly ProjectRole[]): Standing {
  if (user.mustChangePassword) return { access: 'self', isAdmin: false, accessTo: () => null }
  if (user.isAdmin) return { access: 'admin', isAdmin: true, accessTo: () => 'admin' }
  const accessByProject = new Map(roles.map(({ name, role }) => [name, accessOf(role)]))
  const access = [...accessByProject.values()].reduce(most, 'read')
  return { access, isAdmin: false, accessTo: (project) => accessByProject.get(project) ?? null }
}

/**
 * The least of what the token is for and of what its owner may do at this moment. Undefined: it is good for one project,
 * and its owner has no role there any more.
 */
export function tokenStanding(token: TokenRow, owner: Standing): Standing | undefined {
  const { project } = token
  if (owner.access === 'self') return owner
  const accessTo = (asked: string) => {
    const access = project === null || asked === project ? owner.accessTo(asked) : null
    return access && least(access, token.access)
  }
  if (project === null) {
    const isAdmin = owner.isAdmin && token.access === 'admin'
    return { access: least(owner.access, token.access), isAdmin, accessTo }
  }
  const access = accessTo(project)
  return access === null ? undefined : { access, isAdmin: false, accessTo }
}

export function sessionCaller(user: UserRow, roles: readonly ProjectRole[], sessionId: string): Caller {
  const standing = userStanding(user, roles)
  return {
    ...{ name: user.email, kind: 'session', userId: user.id, sessionId },
    ...standing,
    standing: nameOf(standing, roles),
  }
}

/** `owner`: null for a token of the platform, which has no owner who could lose anything. */
export function tokenCaller(
  token: TokenRow,
  owner: { user: UserRow; roles: readonly ProjectRole[] } | null,
): Caller | undefined {
  const roles = owner?.roles ?? []
  const standing = tokenStanding(token, owner ? userStanding(owner.user, roles) : platform)
  if (!standing) return undefined
  // With its owner, because everyone names their tokens as they like.
  const name = owner ? `${token.name} (${owner.user.email})` : token.name
  return {
    ...{ name, kind: 'token', userId: token.ownerId, sessionId: null, tokenId: token.id },
    ...standing,
    standing: nameOf(standing, roles),
  }
}

const platform: Standing = { access: 'admin', isAdmin: true, accessTo: () => 'admin' }

const most = (one: Access, other: Access): Access => (includes(one, other) ? one : other)

const nameOf = ({ access, isAdmin, accessTo }: Standing, roles: readonly { name: string; role: Role }[]) =>
  [access, isAdmin, ...roles.map(({ name }) => `${name}=${accessTo(name)}`)].join(' ')
