import { PlatformError } from '@berth/contract'
import type { Selectable } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import type { WebhookTable } from '../database/schema.ts'
import { seal, unseal } from '../sessions/seal.ts'
import type { DeliveryEnd, DeliveryRow, NewDelivery, NewWebhook, WebhookRow } from './webhook-row.ts'

/** Webhooks of apps, whose secrets are stored sealed, and what they were called with. */
export interface WebhookStore {
  add(webhook: NewWebhook): Promise<WebhookRow>
  /** Oldest first. */
  list(app: string): Promise<WebhookRow[]>
  /** Throws `webhook_not_found`. */
  get(app: string, id: string): Promise<WebhookRow>
  /** With its secret; undefined also where that cannot be opened any more. */
  find(id: string): Promise<{ webhook: WebhookRow; secret: string } | undefined>
  remove(id: string): Promise<void>
  /** It was called by someone who does not know its secret. */
  refused(id: string): Promise<void>
  /** A call that came before is not new: it is answered with what that led to. */
  receive(delivery: NewDelivery): Promise<{ isNew: true } | { isNew: false; before: DeliveryRow }>
  /** What it led to. */
  settle(delivery: Pick<NewDelivery, 'webhookId' | 'id'>, end: DeliveryEnd): Promise<void>
  /** Newest first. */
  listDeliveries(webhookId: string, limit: number): Promise<DeliveryRow[]>
  /** Builds that it began and that wait for a machine, but for this one. */
  listQueued(webhookId: string, exceptBuildId: string): Promise<string[]>
}

const notDealtWith = { outcome: 'received', words: 'It was not dealt with', buildId: null }
/** Of a call that nothing came of for so long, nothing will. */
const patienceMs = 60_000
/** So many are known again when they are sent again. */
const keptDeliveries = 1_000

export function webhookStore({ database, newId, now, key }: StoreDeps & { key: Buffer }): WebhookStore {
  const { db } = database
  const select = () => db.selectFrom('webhooks').selectAll()
  const deliveries = () =>
    db
      .selectFrom('webhookDeliveries')
      .leftJoin('builds', 'builds.id', 'webhookDeliveries.buildId')
      .select(deliveryColumns)
      .select('builds.state as buildState')

  const add: WebhookStore['add'] = async ({ secret, options, ...rest }) => {
    const id = newId()
    const record = {
      ...{ id, ...rest, createdAtMs: now(), refusedAtMs: null },
      ...{ options: JSON.stringify(options), sealedSecret: seal(secret, { key, owner: id }) },
    }
    await db.insertInto('webhooks').values(record).execute()
    return toRow(record)
  }

  const findRecord = (id: string) =>
    // NUL: PostgreSQL refuses to even compare it.
    id.includes('\0') ? undefined : select().where('id', '=', id).executeTakeFirst()

  const find: WebhookStore['find'] = async (id) => {
    const record = await findRecord(id)
    if (!record) return undefined
    const secret = unseal(record.sealedSecret, { key, owner: id })
    return secret === undefined ? undefined : { webhook: toRow(record), secret }
  }

  const get: WebhookStore['get'] = async (app, id) => {
    const record = await findRecord(id)
    if (record?.app === app) return toRow(record)
    throw new PlatformError('webhook_not_found', `App ${app} has no webhook ${id}`, {
      hint: `berth webhooks ${app} lists those that it has`,
    })
  }

  const receive: WebhookStore['receive'] = async (delivery) => {
    const row = { ...delivery, ...notDealtWith, receivedAtMs: now() }
    const insert = db.insertInto('webhookDeliveries').values(row)
    const added = await insert
      .onConflict((it) => it.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (added) await trim(delivery.webhookId)
    if (added || (await takeOver(delivery))) return { isNew: true }
    const before = deliveries().where('webhookId', '=', delivery.webhookId)
    const found = await before.where('webhookDeliveries.id', '=', delivery.id).executeTakeFirstOrThrow()
    return { isNew: false, before: found as DeliveryRow }
  }

  /** One that broke off before anything came of it is dealt with now. */
  const takeOver = ({ webhookId, id }: NewDelivery) =>
    db
      .updateTable('webhookDeliveries')
      .set({ receivedAtMs: now() })
      .where('webhookId', '=', webhookId)
      .where('id', '=', id)
      .where('outcome', '=', notDealtWith.outcome)
      .where('receivedAtMs', '<', now() - patienceMs)
      .returning('id')
      .executeTakeFirst()

  async function trim(webhookId: string) {
    const of = db.selectFrom('webhookDeliveries').select('id').where('webhookId', '=', webhookId)
    const old = await of.orderBy('receivedAtMs', 'desc').orderBy('id').offset(keptDeliveries).limit(100).execute()
    if (old.length === 0) return
    const ids = old.map(({ id }) => id)
    await db.deleteFrom('webhookDeliveries').where('webhookId', '=', webhookId).where('id', 'in', ids).execute()
  }

  const listDeliveries: WebhookStore['listDeliveries'] = async (webhookId, limit) => {
    const newest = deliveries().where('webhookId', '=', webhookId).orderBy('receivedAtMs', 'desc')
    return (await newest.orderBy('webhookDeliveries.id').limit(limit).execute()) as DeliveryRow[]
  }

  const listQueued: WebhookStore['listQueued'] = async (webhookId, exceptBuildId) => {
    const queued = deliveries().where('webhookId', '=', webhookId).where('builds.state', '=', 'queued')
    const rows = await queued.where('builds.id', '!=', exceptBuildId).execute()
    return rows.flatMap(({ buildId }) => buildId ?? [])
  }

  return {
    ...{ add, get, find, receive, listDeliveries, listQueued },
    list: async (app) =>
      (await select().where('app', '=', app).orderBy('createdAtMs').orderBy('id').execute()).map(toRow),
    remove: async (id) => void (await db.deleteFrom('webhooks').where('id', '=', id).execute()),
    refused: async (id) =>
      void (await db.updateTable('webhooks').set({ refusedAtMs: now() }).where('id', '=', id).execute()),
    settle: async ({ webhookId, id }, end) => {
      const delivery = db.updateTable('webhookDeliveries').set(end).where('webhookId', '=', webhookId)
      await delivery.where('id', '=', id).execute()
    },
  }
}

const deliveryColumns = [
  'webhookDeliveries.webhookId',
  'webhookDeliveries.id',
  'webhookDeliveries.deliveryId',
  'webhookDeliveries.receivedAtMs',
  'webhookDeliveries.event',
  'webhookDeliveries.ref',
  'webhookDeliveries.commitId',
  'webhookDeliveries.pushedBy',
  'webhookDeliveries.outcome',
  'webhookDeliveries.words',
  'webhookDeliveries.buildId',
] as const

const toRow = ({ sealedSecret: _, options, ...rest }: Selectable<WebhookTable>): WebhookRow => ({
  ...rest,
  options: JSON.parse(options),
})
