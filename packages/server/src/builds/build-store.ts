import { type BuildFailure, type BuildSecrets, type BuiltService, PlatformError } from '@berth/contract'
import type { Selectable } from 'kysely'
import type { AppStore } from '../apps/app-store.ts'
import type { StoreDeps } from '../database/database.ts'
import type { BuildTable } from '../database/schema.ts'
import { seal, unseal } from '../sessions/seal.ts'
import type { BuildReport, BuildRow, NewBuild } from './build-row.ts'

/**
 * Builds only move forward, but for one that its machine was lost with, which is queued again. Every change names the
 * states that it starts from: one that comes too late changes nothing and gives undefined.
 */
export interface BuildStore {
  /** Makes the app if there is none. An archive is waited for; a repository is queued at once. */
  add(build: NewBuild): Promise<BuildRow>
  /** The archive is here, whole. */
  queue(id: string, sizeBytes: number): Promise<BuildRow | undefined>
  /** A machine begins with it. */
  start(id: string, machine: string): Promise<BuildRow | undefined>
  report(id: string, report: BuildReport): Promise<BuildRow | undefined>
  /** While it is under way; throws `build_not_found` once they are gone or cannot be opened. */
  secretsOf(build: Pick<BuildRow, 'id' | 'secretNames'>): Promise<BuildSecrets>
  /** What a queued one waits for, in words. */
  explain(id: string, detail: string | null): Promise<void>
  /** Its machine was lost, or the server that drove it. */
  queueAgain(id: string, detail: string): Promise<BuildRow | undefined>
  succeed(id: string, images: readonly BuiltService[]): Promise<BuildRow | undefined>
  fail(id: string, failure: BuildFailure): Promise<BuildRow | undefined>
  cancel(id: string, detail: string): Promise<BuildRow | undefined>
  /** Cancels one that has not begun; another takes its place. */
  supersede(id: string, detail: string): Promise<BuildRow | undefined>
  /** The deployment that it led to. */
  setDeployment(id: string, deploymentId: string): Promise<void>
  /** It cannot be deployed, and why; it stays built. */
  leaveUndeployed(id: string, detail: string): Promise<void>
  find(id: string): Promise<BuildRow | undefined>
  /** Throws `build_not_found`. */
  get(app: string, id: string): Promise<BuildRow>
  /** Newest first. */
  list(app: string, options: { limit: number }): Promise<BuildRow[]>
  /** Waiting, queued and running ones of all apps, in the order in which they were asked for. */
  listUnderWay(): Promise<BuildRow[]>
  /** Built and to be deployed, which has not begun yet; in order. */
  listToDeploy(): Promise<BuildRow[]>
  /** The machine of the app's last build that ended well. */
  lastMachineOf(app: string): Promise<string | null>
  /** Removes the ended ones of an app beyond the newest so many. */
  trim(app: string, keep: number): Promise<void>
}

const underWay = ['waiting', 'queued', 'running']
const ended = ['succeeded', 'failed', 'cancelled']

type Deps = StoreDeps & { apps: Pick<AppStore, 'ensureApp'>; secretKey: Buffer }

export function buildStore({ database, newId, now, apps, secretKey }: Deps): BuildStore {
  const { db } = database
  const select = () => db.selectFrom('builds').selectAll()
  const inOrder = () => select().orderBy('createdAtMs').orderBy('id')

  async function change(id: string, from: readonly string[], columns: Partial<Selectable<BuildTable>>) {
    const query = db.updateTable('builds').set(columns).where('id', '=', id).where('state', 'in', from)
    const record = await query.returningAll().executeTakeFirst()
    return record && toRow(record)
  }

  const add: BuildStore['add'] = async ({ app, project, mustHaveProject, secrets = {}, ...build }) => {
    const { source, options, deploy, requestedBy } = build
    await apps.ensureApp({ name: app, project, replicas: deploy?.replicas ?? 1 }, { mustHaveProject })
    const isHere = source.kind === 'git'
    const row: BuildRow = {
      ...{ id: newId(), app, source, options, deploy, requestedBy, ...nothingYet },
      secretNames: Object.keys(secrets),
      state: isHere ? 'queued' : 'waiting',
      createdAtMs: now(),
      queuedAtMs: isHere ? now() : null,
    }
    await database.transaction(async (trx) => {
      await trx.insertInto('builds').values(toRecord(row)).execute()
      if (row.secretNames.length === 0) return
      const sealed = seal(JSON.stringify(secrets), { key: secretKey, owner: row.id })
      await trx.insertInto('buildSecrets').values({ buildId: row.id, sealed }).execute()
    })
    return row
  }

  const queue: BuildStore['queue'] = async (id, sizeBytes) => {
    const row = await find(id)
    if (row?.source.kind !== 'archive') return undefined
    const source = JSON.stringify({ ...row.source, sizeBytes })
    return change(id, ['waiting'], { state: 'queued', source, queuedAtMs: now() })
  }

  const start: BuildStore['start'] = async (id, machine) => {
    const row = await find(id)
    const attempts = (row?.attempts ?? 0) + 1
    const begun = { machine, attempts, startedAtMs: now(), steps: '[]', detail: null }
    return change(id, ['queued'], { state: 'running', ...begun })
  }

  const report: BuildStore['report'] = (id, { steps, isGenerated, detail, ...rest }) =>
    change(id, ['running'], {
      ...rest,
      ...(detail === undefined ? {} : { detail: detail && storable(detail) }),
      ...(steps ? { steps: JSON.stringify(steps) } : {}),
      ...(isGenerated === undefined ? {} : { isGenerated: Number(isGenerated) }),
    })

  /** Its secrets go with it. */
  const finish = (id: string, from: readonly string[], columns: Partial<Selectable<BuildTable>>) =>
    database.transaction(async (trx) => {
      const query = trx
        .updateTable('builds')
        .set({ ...columns, finishedAtMs: now() })
        .where('id', '=', id)
      const record = await query.where('state', 'in', from).returningAll().executeTakeFirst()
      if (record) await trx.deleteFrom('buildSecrets').where('buildId', '=', id).execute()
      return record && toRow(record)
    })

  const secretsOf: BuildStore['secretsOf'] = async ({ id, secretNames }) => {
    if (secretNames.length === 0) return {}
    const found = await db.selectFrom('buildSecrets').select('sealed').where('buildId', '=', id).executeTakeFirst()
    const text = found && unseal(found.sealed, { key: secretKey, owner: id })
    if (text !== undefined) return JSON.parse(text) as BuildSecrets
    throw new PlatformError('build_not_found', `The secrets of build ${id} cannot be opened any more`, {
      hint: 'Deploy it again, with its secrets',
    })
  }

  const find: BuildStore['find'] = async (id) => {
    if (id.includes('\0')) return undefined // PostgreSQL refuses to even compare it.
    const record = await select().where('id', '=', id).executeTakeFirst()
    return record && toRow(record)
  }

  const get: BuildStore['get'] = async (app, id) => {
    const row = await find(id)
    if (row?.app === app) return row
    throw new PlatformError('build_not_found', `App ${app} has no build ${id}`, {
      hint: `berth builds ${app} lists its builds`,
    })
  }

  const list: BuildStore['list'] = async (app, { limit }) => {
    const query = select().where('app', '=', app).orderBy('createdAtMs', 'desc').orderBy('id', 'desc')
    return (await query.limit(limit).execute()).map(toRow)
  }

  const listToDeploy: BuildStore['listToDeploy'] = async () => {
    const built = inOrder().where('state', '=', 'succeeded').where('deploy', 'is not', null)
    return (await built.where('deploymentId', 'is', null).execute()).map(toRow)
  }

  const lastMachineOf: BuildStore['lastMachineOf'] = async (app) => {
    const ofApp = select().where('app', '=', app).where('state', '=', 'succeeded')
    const last = await ofApp.orderBy('createdAtMs', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst()
    return last?.machine ?? null
  }

  const trim: BuildStore['trim'] = async (app, keep) => {
    const past = select().where('app', '=', app).where('state', 'in', ended)
    const old = await past.orderBy('createdAtMs', 'desc').orderBy('id', 'desc').offset(keep).limit(100).execute()
    if (old.length === 0) return
    const ids = old.map(({ id }) => id)
    await db.deleteFrom('builds').where('id', 'in', ids).execute()
  }

  return {
    ...{ add, queue, start, report, secretsOf, find, get, list, listToDeploy, lastMachineOf, trim },
    explain: async (id, detail) => void (await change(id, ['queued'], { detail })),
    queueAgain: (id, detail) => change(id, ['running'], { state: 'queued', machine: null, detail: storable(detail) }),
    succeed: (id, images) =>
      finish(id, ['running'], { state: 'succeeded', images: JSON.stringify(images), detail: null }),
    fail: (id, failure) =>
      finish(id, underWay, { state: 'failed', failure: JSON.stringify(withoutNul(failure)), detail: null }),
    cancel: (id, detail) => finish(id, underWay, { state: 'cancelled', detail: storable(detail) }),
    supersede: (id, detail) => finish(id, ['queued'], { state: 'cancelled', detail: storable(detail) }),
    setDeployment: async (id, deploymentId) => void (await change(id, ['succeeded'], { deploymentId })),
    leaveUndeployed: async (id, detail) =>
      void (await change(id, ['succeeded'], { deploy: null, detail: storable(detail) })),
    listUnderWay: async () => (await inOrder().where('state', 'in', underWay).execute()).map(toRow),
  }
}

const nothingYet = {
  ...{ commitId: null, machine: null, recognizedAs: null, detail: null, steps: [], dockerfile: null },
  ...{ isGenerated: false, images: [], failure: null, deploymentId: null, attempts: 0 },
  ...{ startedAtMs: null, finishedAtMs: null },
}

/** PostgreSQL cannot keep NUL in a text. */
const storable = (text: string) => text.replaceAll('\0', '')

const withoutNul = ({ message, logLines, ...rest }: BuildFailure): BuildFailure => ({
  ...rest,
  message: storable(message),
  logLines: logLines.map(storable),
})

const toRow = (record: Selectable<BuildTable>): BuildRow =>
  ({
    ...record,
    source: JSON.parse(record.source),
    options: JSON.parse(record.options),
    secretNames: JSON.parse(record.secretNames),
    deploy: record.deploy && JSON.parse(record.deploy),
    steps: JSON.parse(record.steps),
    isGenerated: record.isGenerated === 1,
    images: JSON.parse(record.images),
    failure: record.failure && JSON.parse(record.failure),
  }) as BuildRow

const toRecord = (row: BuildRow): Selectable<BuildTable> => ({
  ...row,
  source: JSON.stringify(row.source),
  options: JSON.stringify(row.options),
  secretNames: JSON.stringify(row.secretNames),
  deploy: row.deploy && JSON.stringify(row.deploy),
  steps: JSON.stringify(row.steps),
  isGenerated: Number(row.isGenerated),
  images: JSON.stringify(row.images),
  failure: row.failure && JSON.stringify(row.failure),
})
