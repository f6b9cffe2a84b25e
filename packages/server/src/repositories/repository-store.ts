import { canonicalUrl, isBelow, PlatformError, type RepositoryCredentials } from '@berth/contract'
import type { Kysely, Selectable } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import { isForeignKeyViolation } from '../database/database-errors.ts'
import type { RepositoryTable, Schema } from '../database/schema.ts'
import { projectNotFound } from '../projects/project-not-found.ts'
import { seal, unseal } from '../sessions/seal.ts'

export type RepositoryRow = Omit<Selectable<RepositoryTable>, 'sealedSecret'>

export type NewRepository = {
  prefix: string
  project: string | null
  createdBy: string
  credentials: RepositoryCredentials
  /** Of a deploy key. */
  publicKey?: string
}

/** Credentials of private repositories; what is secret of them is stored sealed, and told only to the machine that fetches. */
export interface RepositoryStore {
  /** In the place of those for that prefix and project, if there are any. Throws `project_not_found`. */
  save(repository: NewRepository): Promise<RepositoryRow>
  /** By prefix. */
  list(): Promise<RepositoryRow[]>
  /** Throws `repository_not_found`. */
  get(id: string): Promise<RepositoryRow>
  remove(id: string): Promise<void>
  pinHost(id: string, hostKeys: string): Promise<RepositoryRow>
  credentialsOf(id: string): Promise<RepositoryCredentials>
  /** What an app of the project may fetch this with: of its project's own the nearest, or else of everyone's. */
  credentialsFor(project: string, url: string): Promise<RepositoryCredentials | undefined>
}

export function repositoryStore({ database, newId, now, key }: StoreDeps & { key: Buffer }): RepositoryStore {
  const { db } = database
  const select = () => db.selectFrom('repositories').selectAll()

  const save: RepositoryStore['save'] = ({ prefix, project, ...rest }) =>
    database.transaction(async (trx) => {
      const row = { id: newId(), prefix, project, ...columnsOf(rest), createdAtMs: now() }
      for (const { id } of await listSame(trx, row)) await trx.deleteFrom('repositories').where('id', '=', id).execute()
      const sealedSecret = seal(secretOf(rest.credentials), { key, owner: row.id })
      await trx
        .insertInto('repositories')
        .values({ ...row, sealedSecret })
        .execute()
        .catch((error: unknown) => {
          throw isForeignKeyViolation(error) ? projectNotFound(project ?? '', error) : error
        })
      return row
    })

  const find = (id: string) =>
    // NUL: PostgreSQL refuses to even compare it.
    id.includes('\0') ? undefined : select().where('id', '=', id).executeTakeFirst()

  async function getRecord(id: string) {
    const record = await find(id)
    if (record) return record
    throw new PlatformError('repository_not_found', 'There are no such credentials', {
      hint: 'berth repositories lists those that there are',
    })
  }

  const open = ({ id, prefix, kind, username, hostKeys, sealedSecret }: Selectable<RepositoryTable>) => {
    const secret = unseal(sealedSecret, { key, owner: id })
    if (secret === undefined) throw notOpened(prefix)
    return kind === 'password'
      ? { kind: 'password' as const, username: username ?? '', password: secret }
      : { kind: 'deploy-key' as const, privateKey: secret, hostKeys }
  }

  const credentialsFor: RepositoryStore['credentialsFor'] = async (project, url) => {
    const fitting = (await select().execute()).filter(({ prefix }) => isBelow(url, prefix))
    const nearest = fitting
      .filter((record) => record.project === null || record.project === project)
      .sort((a, b) => Number(b.project !== null) - Number(a.project !== null) || depthOf(b) - depthOf(a))
    return nearest[0] && open(nearest[0])
  }

  return {
    save,
    list: async () => (await select().orderBy('prefix').orderBy('id').execute()).map(toRow),
    get: async (id) => toRow(await getRecord(id)),
    remove: async (id) => {
      await getRecord(id)
      await db.deleteFrom('repositories').where('id', '=', id).execute()
    },
    pinHost: async (id, hostKeys) => {
      await db.updateTable('repositories').set({ hostKeys }).where('id', '=', id).execute()
      return toRow(await getRecord(id))
    },
    credentialsOf: async (id) => open(await getRecord(id)),
    credentialsFor,
  }
}

const depthOf = ({ prefix }: Pick<RepositoryRow, 'prefix'>) => canonicalUrl(prefix).length

/** However they are written. */
async function listSame(trx: Kysely<Schema>, { prefix, project }: Pick<RepositoryRow, 'prefix' | 'project'>) {
  const ofProject = trx.selectFrom('repositories').select(['id', 'prefix'])
  const records = await (project === null
    ? ofProject.where('project', 'is', null)
    : ofProject.where('project', '=', project)
  ).execute()
  return records.filter((record) => canonicalUrl(record.prefix) === canonicalUrl(prefix))
}

const secretOf = (credentials: RepositoryCredentials) =>
  credentials.kind === 'password' ? credentials.password : credentials.privateKey

const columnsOf = ({ credentials, publicKey, createdBy }: Omit<NewRepository, 'prefix' | 'project'>) => ({
  kind: credentials.kind,
  username: credentials.kind === 'password' ? credentials.username : null,
  publicKey: publicKey ?? null,
  hostKeys: credentials.kind === 'deploy-key' ? credentials.hostKeys : null,
  createdBy,
})

const toRow = ({ sealedSecret: _, ...row }: Selectable<RepositoryTable>): RepositoryRow => row

const notOpened = (prefix: string) =>
  new PlatformError('repository_refused', `What is stored for ${prefix} cannot be opened any more`, {
    hint: `The key of this installation is another one; store it again: berth repositories add ${prefix}`,
  })
