import type { StoreDeps } from '../database/database.ts'

export type ActivityRow = {
  id: string
  atMs: number
  actor: string
  /** snake_case, such as `deployment_succeeded`. */
  kind: string
  app: string | null
  detail: string | null
}

export type NewActivity = Pick<ActivityRow, 'actor' | 'kind'> & { app?: string | null; detail?: string | null }

export interface ActivityStore {
  add(activity: NewActivity): Promise<ActivityRow>
  /** Newest first. */
  list(options: { limit: number }): Promise<ActivityRow[]>
}

const keptEvents = 10_000
const addsBetweenTrims = 100

/** Holds the newest 10,000, and at most 100 more for each server until its next trim. */
export function activityStore({ database: { db }, newId, now }: StoreDeps): ActivityStore {
  let addsSinceTrim = 0

  const newestFirst = () => db.selectFrom('activity').selectAll().orderBy('atMs', 'desc').orderBy('id', 'desc')

  const add: ActivityStore['add'] = async ({ actor, kind, app = null, detail = null }) => {
    const row = { id: newId(), atMs: now(), actor, kind, app, detail: detail?.replaceAll('\0', '') ?? null }
    await db.insertInto('activity').values(row).execute()
    addsSinceTrim += 1
    if (addsSinceTrim >= addsBetweenTrims) await trim()
    return row
  }

  async function trim() {
    addsSinceTrim = 0
    const oldestKept = await newestFirst()
      .offset(keptEvents - 1)
      .limit(1)
      .executeTakeFirst()
    if (!oldestKept) return
    const { atMs, id } = oldestKept
    await db
      .deleteFrom('activity')
      .where(({ or, and, eb }) => or([eb('atMs', '<', atMs), and([eb('atMs', '=', atMs), eb('id', '<', id)])]))
      .execute()
  }

  const list: ActivityStore['list'] = ({ limit }) => newestFirst().limit(limit).execute()

  return { add, list }
}
