import type { Access, Role } from '@berth/contract'

const accessByRole = { reader: 'read', developer: 'deploy', admin: 'admin' } as const satisfies Record<Role, Access>

/** What a role lets its holder do in the project. */
export const accessOf = (role: Role): Access => accessByRole[role]

/** The role that an access comes to: a token may do less than its owner. */
export function roleOf(access: Access): Role {
  if (access === 'admin') return 'admin'
  return access === 'deploy' ? 'developer' : 'reader'
}
