import { PlatformError } from '@berth/contract'
import type { StoreDeps } from '../database/database.ts'
import { isForeignKeyViolation } from '../database/database-errors.ts'
import { projectNotFound } from './project-not-found.ts'

export type ProjectRow = { name: string; createdAtMs: number; apps: number; members: number }

export interface ProjectStore {
  /** By name. */
  list(): Promise<ProjectRow[]>
  find(name: string): Promise<ProjectRow | undefined>
  /** Throws `project_exists`. */
  create(name: string): Promise<ProjectRow>
  /** With its roles, invitations and tokens. Throws `project_not_found` and `project_not_empty`. */
  remove(name: string): Promise<void>
  /** On a platform that has no project yet, so that there is one to invite people to. */
  ensureFirst(name: string): Promise<void>
}

export function projectStore({ database: { db }, now }: Pick<StoreDeps, 'database' | 'now'>): ProjectStore {
  const select = () =>
    db.selectFrom('projects').select((eb) => [
      'name',
      'createdAtMs',
      eb
        .selectFrom('apps')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('apps.project', '=', 'projects.name')
        .as('apps'),
      eb
        .selectFrom('memberships')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('memberships.project', '=', 'projects.name')
        .as('members'),
    ])

  const list: ProjectStore['list'] = async () => {
    const records = await select().execute()
    // Not by the database: its order depends on how PostgreSQL was set up.
    return records.map(toRow).sort((left, right) => (left.name < right.name ? -1 : 1))
  }

  const find: ProjectStore['find'] = async (name) => {
    const record = await select().where('name', '=', name).executeTakeFirst()
    return record && toRow(record)
  }

  const create: ProjectStore['create'] = async (name) => {
    const row = { name, createdAtMs: now() }
    const insert = db.insertInto('projects').values(row).returning('name')
    const created = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirst()
    if (!created) throw projectExists(name)
    return { ...row, apps: 0, members: 0 }
  }

  // That a project with apps stays is decided by the foreign key of apps, whatever is created at the same moment.
  const remove: ProjectStore['remove'] = async (name) => {
    try {
      const removed = await db.deleteFrom('projects').where('name', '=', name).returning('name').executeTakeFirst()
      if (!removed) throw projectNotFound(name)
    } catch (error) {
      throw isForeignKeyViolation(error) ? projectNotEmpty(name, error) : error
    }
  }

  const ensureFirst: ProjectStore['ensureFirst'] = async (name) => {
    const any = await db.selectFrom('projects').select('name').limit(1).executeTakeFirst()
    if (any) return
    const insert = db.insertInto('projects').values({ name, createdAtMs: now() })
    await insert.onConflict((conflict) => conflict.doNothing()).execute()
  }

  return { list, find, create, remove, ensureFirst }
}

type ProjectRecord = { name: string; createdAtMs: number; apps: number | null; members: number | null }

const toRow = (record: ProjectRecord): ProjectRow => ({
  ...record,
  apps: Number(record.apps),
  members: Number(record.members),
})

const projectExists = (name: string) =>
  new PlatformError('project_exists', `There is a project ${name} already`, { hint: 'Choose another name' })

const projectNotEmpty = (name: string, cause: unknown) =>
  new PlatformError('project_not_empty', `Project ${name} has apps`, { hint: 'Remove its apps first', cause })
