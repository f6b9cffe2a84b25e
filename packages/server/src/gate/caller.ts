import { type Access, accessLevels } from '@berth/contract'

/** Who asks, and how much they may do where. */
export interface Caller {
  /** E-mail of a user, name of a token: what activity rows say. */
  readonly name: string
  readonly kind: 'session' | 'token' | 'nobody'
  /** Of a token: its owner. Null for nobody, and for a token that belongs to the platform rather than to a user. */
  readonly userId: string | null
  readonly sessionId: string | null
  /** Only of a token. */
  readonly tokenId?: string
  /** The most that they may do anywhere; `self` while the password must be changed. */
  readonly access: Access
  /** Of the platform. A token is one only with all that its owner may do, and bound to no project. */
  readonly isAdmin: boolean
  /** Null: may not even know that it exists. */
  accessTo(project: string): Access | null
  /** Another text as soon as they may do something else. */
  readonly standing?: string
}

export const nobody: Caller = {
  name: 'nobody',
  kind: 'nobody',
  userId: null,
  sessionId: null,
  access: 'anyone',
  isAdmin: false,
  accessTo: () => null,
}

/** Each level includes the ones before it. */
export const includes = (access: Access, needed: Access): boolean =>
  accessLevels.indexOf(access) >= accessLevels.indexOf(needed)

export const least = (one: Access, other: Access): Access => (includes(one, other) ? other : one)
