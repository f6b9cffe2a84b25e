import type { SelectQueryBuilder } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import type { ActivityTable, Schema } from '../database/schema.ts'

export type ActivityRow = ActivityTable

/** What is about an app says whose it is, since the app may be gone by the time that somebody looks. */
export type NewActivity = Pick<ActivityRow, 'actor' | 'kind'> & { detail?: string | null } & (
    | { app: string; project: string }
    | { app?: null; project?: string | null }
  )

/** `projects`: what is about those; `actor`: and what this one did that is about none. */
export type ActivityView = 'everything' | { projects: readonly string[]; actor: string }

export type ActivityQuery = {
  limit: number
  visible: ActivityView
  app?: string | undefined
  /** Only what is older than the event of this id; nothing where there is no such event. */
  before?: string | undefined
}

export interface ActivityStore {
  add(activity: NewActivity): Promise<ActivityRow>
  /** Newest first. */
  list(query: ActivityQuery): Promise<ActivityRow[]>
}

const keptEvents = 10_000
const addsBetweenTrims = 100

/** Holds the newest 10,000, and at most 100 more for each server until its next trim. */
export function activityStore({ database: { db }, newId, now }: StoreDeps): ActivityStore {
  let addsSinceTrim = 0

  const newestFirst = () => db.selectFrom('activity').selectAll().orderBy('atMs', 'desc').orderBy('id', 'desc')

  const add: ActivityStore['add'] = async ({ actor, kind, app = null, project = null, detail = null }) => {
    const row = { id: newId(), atMs: now(), actor, kind, app, project, detail: detail?.replaceAll('\0', '') ?? null }
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
    await db.deleteFrom('activity').where(olderThan(oldestKept)).execute()
  }

  const list: ActivityStore['list'] = async ({ limit, visible, app, before }) => {
    let query = seenBy(newestFirst(), visible)
    if (app !== undefined) query = query.where('app', '=', app)
    if (before !== undefined) {
      // NUL: PostgreSQL refuses to even compare it.
      const last = before.includes('\0') ? undefined : await find(before)
      if (!last) return []
      query = query.where(olderThan(last))
    }
    return query.limit(limit).execute()
  }

  const find = (id: string) => db.selectFrom('activity').selectAll().where('id', '=', id).executeTakeFirst()

  return { add, list }
}

type Query = SelectQueryBuilder<Schema, 'activity', ActivityTable>
type Expressions = Parameters<Extract<Parameters<Query['where']>[0], (...args: never[]) => unknown>>[0]

const olderThan =
  ({ atMs, id }: Pick<ActivityRow, 'atMs' | 'id'>) =>
  ({ or, and, eb }: Expressions) =>
    or([eb('atMs', '<', atMs), and([eb('atMs', '=', atMs), eb('id', '<', id)])])

function seenBy(query: Query, visible: ActivityView): Query {
  if (visible === 'everything') return query
  const { projects, actor } = visible
  return query.where(({ or, and, eb }) =>
    or([
      and([eb('project', 'is', null), eb('app', 'is', null), eb('actor', '=', actor)]),
      // An empty list is no SQL.
      ...(projects.length > 0 ? [eb('project', 'in', projects)] : []),
    ]),
  )
}
