import { createToken, listTokens, removeToken, type Token } from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { Changes } from '../changes.ts'
import type { Caller } from '../gate/caller.ts'
import { type EndpointHandler, handle } from '../http/endpoint-handler.ts'
import { type Asker, checkTokenRequest, isTheirs } from './token-plan.ts'
import type { TokenRow } from './token-row.ts'
import { type TokenStore, tokenNotFound } from './token-store.ts'

type Deps = {
  tokens: TokenStore
  activity: Pick<ActivityStore, 'add'>
  accessChanges: Pick<Changes, 'notify'>
  now(): number
}

const dayMs = 24 * 3_600_000

export function tokenApi({ tokens, activity, accessChanges, now }: Deps): EndpointHandler[] {
  const askerOf = async (caller: Caller): Promise<Asker> => ({
    caller,
    own: caller.tokenId === undefined ? undefined : await tokens.find(caller.tokenId),
  })

  return [
    handle(listTokens, async ({ caller }) => {
      const asker = await askerOf(caller)
      const rows = await tokens.list(caller.isAdmin ? undefined : { ownerId: caller.userId })
      return rows.filter((row) => isTheirs(row, asker)).map(viewToken)
    }),

    handle(createToken, async ({ body, caller }) => {
      const { name, access, project = null, expiresInDays } = body
      const expiresAtMs = expiresInDays === undefined ? null : now() + expiresInDays * dayMs
      checkTokenRequest({ access, project, expiresAtMs }, await askerOf(caller))
      const made = { name, access, project, expiresAtMs, createdBy: caller.name, ownerId: caller.userId }
      const { token, row } = await tokens.create(made)
      await activity.add({ actor: caller.name, kind: 'token_created', detail: describeToken(row) })
      return { token, row: viewToken(row) }
    }),

    handle(removeToken, async ({ params, caller }) => {
      const row = await tokens.find(params.tokenId)
      if (!row || !isTheirs(row, await askerOf(caller))) throw tokenNotFound()
      await tokens.remove(row.id)
      accessChanges.notify()
      await activity.add({ actor: caller.name, kind: 'token_removed', detail: describeToken(row) })
      return { removed: true as const }
    }),
  ]
}

/** For the activity log. */
export function describeToken({ name, access, project, expiresAtMs }: TokenRow): string {
  const where = project === null ? '' : ` to project ${project}`
  const until = expiresAtMs === null ? '' : `, until ${new Date(expiresAtMs).toISOString()}`
  return `${name}: ${access}${where}${until}`
}

const viewToken = ({ ownerId: _, createdAtMs, expiresAtMs, lastUsedAtMs, ...row }: TokenRow): Token => ({
  ...row,
  createdAt: new Date(createdAtMs).toISOString(),
  expiresAt: toIso(expiresAtMs),
  lastUsedAt: toIso(lastUsedAtMs),
})

const toIso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
