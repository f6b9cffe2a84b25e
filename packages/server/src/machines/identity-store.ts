import { isDeepStrictEqual } from 'node:util'
import { type MachineRole, PlatformError } from '@berth/contract'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import { isUniqueViolation } from '../database/database-errors.ts'
import type { MachineTable, Schema } from '../database/schema.ts'
import { type Claim, type IdentityRow, judgeClaim } from './identity-plan.ts'
import type { MachineRecord } from './machine-list.ts'

type NewIdentity = Pick<IdentityRow, 'identityId' | 'name' | 'certificateEndsAtMs'>

/** Who is let into the cluster. */
export interface IdentityStore {
  /** Of the living, by machine id. */
  records(): Promise<ReadonlyMap<string, MachineRecord & { role: MachineRole }>>
  /** The living one of that name. */
  find(name: string): Promise<IdentityRow | undefined>
  /** Of a machine that is about to join. A living one of the same name ends: whoever calls has seen that it may. */
  add(identity: NewIdentity): Promise<void>
  /** Binds the identity to the machine that shows it. Throws `forbidden` where that is not the one, or was removed. */
  admit(claim: Claim): Promise<{ isManager: boolean }>
  isRemoved(identityId: string): Promise<boolean>
  setRole(machineId: string, role: MachineRole): Promise<void>
  renewed(identityId: string, certificate: { role: MachineRole; endsAtMs: number }): Promise<void>
  /** Nothing that this machine holds is worth anything from now on. */
  remove(machine: { machineId: string; name: string }): Promise<void>
}

export function identityStore({ database, now }: StoreDeps): IdentityStore {
  const { db } = database
  const living = () => db.selectFrom('machines').selectAll().where('removedAtMs', 'is', null)

  const add: IdentityStore['add'] = ({ identityId, name, certificateEndsAtMs }) =>
    database.transaction(async (trx) => {
      const atMs = now()
      await removeWhere(trx, atMs, ({ and, eb }) => and([eb('name', '=', name), eb('identityId', '<>', identityId)]))
      const row = { identityId, name, machineId: null, role: 'worker', roleAtMs: atMs, certificateEndsAtMs }
      await trx
        .insertInto('machines')
        .values({ ...row, addedAtMs: atMs, removedAtMs: null })
        .onConflict((conflict) => conflict.column('identityId').doUpdateSet({ certificateEndsAtMs }))
        .execute()
    })

  const admit: IdentityStore['admit'] = async (claim) => {
    try {
      // After the server was away all machines come at once, and a transaction would have each wait for all others.
      const known = await judgeIn(db, claim, now())
      if (known.isRecorded) return { isManager: known.isManager }
      return await database.transaction((trx) => admitIn(trx, claim, now()))
    } catch (error) {
      if (isUniqueViolation(error)) throw forbidden(`Another machine became ${claim.certificate.name} at this moment`)
      throw error
    }
  }

  const setRole: IdentityStore['setRole'] = async (machineId, role) => {
    await db
      .updateTable('machines')
      .set({ role, roleAtMs: now() })
      .where('machineId', '=', machineId)
      .where('removedAtMs', 'is', null)
      .where('role', '<>', role)
      .execute()
  }

  return {
    add,
    admit,
    setRole,
    async records() {
      const rows = (await living().execute()).map(toRow)
      return new Map(rows.flatMap((row) => (row.machineId === null ? [] : [[row.machineId, row]])))
    },
    async find(name) {
      const record = await living().where('name', '=', name).executeTakeFirst()
      return record && toRow(record)
    },
    async isRemoved(identityId) {
      const found = await living().where('identityId', '=', identityId).executeTakeFirst()
      return found === undefined
    },
    async renewed(identityId, { role, endsAtMs }) {
      const change = { certificateEndsAtMs: endsAtMs }
      const ofIdentity = db.updateTable('machines').where('identityId', '=', identityId)
      await ofIdentity.set(change).execute()
      await ofIdentity.set({ role, roleAtMs: now() }).where('role', '<>', role).execute()
    },
    remove: ({ machineId, name }) =>
      database.transaction(async (trx) => {
        await removeWhere(trx, now(), ({ or, eb }) => or([eb('machineId', '=', machineId), eb('name', '=', name)]))
        await trx.deleteFrom('joinTokens').where('machine', '=', name).execute()
      }),
  }
}

/** `isRecorded`: there is nothing to write. Throws `forbidden` for who is not let in. */
async function judgeIn(db: Kysely<Schema>, claim: Claim, nowMs: number) {
  const { identityId, name } = claim.certificate
  const records = await db
    .selectFrom('machines')
    .selectAll()
    .where(({ or, and, eb }) =>
      or([
        eb('identityId', '=', identityId),
        and([eb('removedAtMs', 'is', null), or([eb('name', '=', name), eb('machineId', '=', claim.machineId)])]),
      ]),
    )
    .execute()
  const rows = records.map(toRow)
  const judgement = judgeClaim(claim, rows, nowMs)
  if (judgement.kind === 'refused') throw forbidden(judgement.reason, judgement.hint)
  const { row, supersedes, isManager } = judgement
  const own = rows.find((one) => one.identityId === identityId)
  return { row, supersedes, isManager, isRecorded: supersedes.length === 0 && isDeepStrictEqual(own, row) }
}

async function admitIn(trx: Transaction<Schema>, claim: Claim, nowMs: number) {
  const { row, supersedes, isManager } = await judgeIn(trx, claim, nowMs)
  if (supersedes.length > 0) await removeWhere(trx, nowMs, ({ eb }) => eb('identityId', 'in', supersedes))
  await trx
    .insertInto('machines')
    .values(row)
    .onConflict((conflict) => conflict.column('identityId').doUpdateSet(row))
    .execute()
  return { isManager }
}

type Where = Parameters<ReturnType<typeof livingIn>['where']>[0]

const livingIn = (trx: Transaction<Schema>) => trx.updateTable('machines').where('removedAtMs', 'is', null)

const removeWhere = (trx: Transaction<Schema>, removedAtMs: number, isMeant: Where) =>
  livingIn(trx).set({ removedAtMs }).where(isMeant).execute()

const toRow = (record: Selectable<MachineTable>): IdentityRow => ({ ...record, role: record.role as MachineRole })

const forbidden = (reason: string, hint?: string) => new PlatformError('forbidden', reason, { hint })
