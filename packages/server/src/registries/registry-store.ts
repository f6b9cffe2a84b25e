import { PlatformError, type RegistryCredentials } from '@berth/contract'
import type { Selectable } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import { isForeignKeyViolation } from '../database/database-errors.ts'
import type { RegistryTable } from '../database/schema.ts'
import { projectNotFound } from '../projects/project-not-found.ts'
import { seal, unseal } from '../sessions/seal.ts'

export type RegistryRow = Omit<Selectable<RegistryTable>, 'sealedPassword'>
export type NewRegistry = RegistryCredentials & { project: string | null; createdBy: string }

/** Credentials of registries outside; passwords are stored sealed, and told only to who asks an engine with them. */
export interface RegistryStore {
  /** In the place of those for that host and project, if there are any. Throws `project_not_found`. */
  save(registry: NewRegistry): Promise<RegistryRow>
  /** By host. */
  list(): Promise<RegistryRow[]>
  /** Throws `registry_not_found`. */
  get(id: string): Promise<RegistryRow>
  remove(id: string): Promise<void>
  credentialsOf(id: string): Promise<RegistryCredentials>
  /** What an app of the project may use, by host: for each its project's own, or else everyone's. */
  listFor(project: string): Promise<RegistryRow[]>
  /** What these are opened with. */
  credentialsFor(project: string): Promise<RegistryCredentials[]>
}

export function registryStore({ database, newId, now, key }: StoreDeps & { key: Buffer }): RegistryStore {
  const { db } = database
  const select = () => db.selectFrom('registries').selectAll()

  const save: RegistryStore['save'] = ({ host, username, password, project, createdBy }) =>
    database.transaction(async (trx) => {
      const same = trx.deleteFrom('registries').where('host', '=', host)
      await (project === null ? same.where('project', 'is', null) : same.where('project', '=', project)).execute()
      const id = newId()
      const sealedPassword = seal(password, { key, owner: id })
      const row = { id, host, project, username, sealedPassword, createdBy, createdAtMs: now() }
      await trx
        .insertInto('registries')
        .values(row)
        .execute()
        .catch((error: unknown) => {
          throw isForeignKeyViolation(error) ? projectNotFound(project ?? '', error) : error
        })
      return toRow(row)
    })

  const find = (id: string) =>
    // NUL: PostgreSQL refuses to even compare it.
    id.includes('\0') ? undefined : select().where('id', '=', id).executeTakeFirst()

  async function getRecord(id: string) {
    const record = await find(id)
    if (record) return record
    throw new PlatformError('registry_not_found', 'There are no such credentials', {
      hint: 'berth registries lists those that there are',
    })
  }

  const open = ({ id, host, username, sealedPassword }: Selectable<RegistryTable>): RegistryCredentials => {
    const password = unseal(sealedPassword, { key, owner: id })
    if (password !== undefined) return { host, username, password }
    throw new PlatformError('registry_refused', `The stored password for ${host} cannot be opened any more`, {
      hint: `The key of this installation is another one; store it again: berth registries add ${host}`,
    })
  }

  async function listUsable(project: string) {
    const records = await select().execute()
    const usable = records.filter((record) => record.project === null || record.project === project)
    const own = new Set(usable.filter((record) => record.project !== null).map(({ host }) => host))
    return usable.filter((record) => record.project !== null || !own.has(record.host))
  }

  return {
    save,
    list: async () => (await select().execute()).map(toRow).sort(byHost),
    listFor: async (project) => (await listUsable(project)).map(toRow).sort(byHost),
    get: async (id) => toRow(await getRecord(id)),
    remove: async (id) => {
      await getRecord(id)
      await db.deleteFrom('registries').where('id', '=', id).execute()
    },
    credentialsOf: async (id) => open(await getRecord(id)),
    credentialsFor: async (project) => (await listUsable(project)).map(open),
  }
}

const byHost = (a: RegistryRow, b: RegistryRow) => (a.host < b.host ? -1 : 1)

const toRow = ({ sealedPassword: _, ...row }: Selectable<RegistryTable>): RegistryRow => row
