import type { Token } from '@berth/contract'

export type TokenAccess = Token['access']

export type TokenRow = {
  id: string
  name: string
  access: TokenAccess
  /** Null: it belongs to the platform, not to a user. */
  ownerId: string | null
  /** Good for this project alone. */
  project: string | null
  createdBy: string
  createdAtMs: number
  expiresAtMs: number | null
  /** Right to a minute. */
  lastUsedAtMs: number | null
}

export type NewToken = Pick<TokenRow, 'name' | 'access' | 'createdBy' | 'ownerId' | 'project' | 'expiresAtMs'>
