import type { Me, Token } from '@berth/contract'
import { may } from '#api/me.ts'

const levels = ['read', 'deploy', 'admin'] as const satisfies readonly Token['access'][]

/** What a token of this person may be allowed, in one project or (undefined) wherever they may. */
export function offerAccess(me: Me, project: string | undefined): Token['access'][] {
  if (project !== undefined) return levels.filter((level) => may(me, level, project))
  return levels.filter((level) => me.isAdmin || me.projects.some(({ name }) => may(me, level, name)))
}

export const lifetimes = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
  { value: 'never', label: 'It does not expire' },
] as const

const dayMs = 24 * 3_600_000

export type Expiry = 'never' | 'later' | 'soon' | 'over'

/** A week is time enough to make another one. */
export function expiryOf({ expiresAt }: Pick<Token, 'expiresAt'>, nowMs: number): Expiry {
  if (expiresAt === null) return 'never'
  const restMs = Date.parse(expiresAt) - nowMs
  return restMs <= 0 ? 'over' : restMs < 7 * dayMs ? 'soon' : 'later'
}
