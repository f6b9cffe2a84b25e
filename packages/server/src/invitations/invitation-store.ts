import { PlatformError, type Role } from '@berth/contract'
import type { Kysely, Selectable } from 'kysely'
import type { StoreDeps } from '../database/database.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../database/database-errors.ts'
import type { InvitationTable, Schema } from '../database/schema.ts'
import { grantRole } from '../projects/membership-store.ts'
import { projectNotFound } from '../projects/project-not-found.ts'
import { hashSecret, newSecret } from '../tokens/secret.ts'

export type InvitationRow = {
  id: string
  /** In lower case. */
  email: string
  /** Null: to be an admin of the platform. */
  project: string | null
  role: Role
  invitedBy: string
  /** Null: by a token of the platform. */
  inviterId: string | null
  createdAtMs: number
  expiresAtMs: number
}

export type NewInvitation = Pick<InvitationRow, 'email' | 'project' | 'role' | 'invitedBy' | 'inviterId'>

export interface InvitationStore {
  /** The secret is given only here. Throws `conflict` where that e-mail is invited to it already, and `project_not_found`. */
  create(invitation: NewInvitation): Promise<{ secret: string; row: InvitationRow }>
  /** Newest first, those that can still be used. */
  list(): Promise<InvitationRow[]>
  find(id: string): Promise<InvitationRow | undefined>
  /** Undefined also for one that expired, was used or was taken back. */
  findBySecret(secret: string): Promise<InvitationRow | undefined>
  /** Throws `invitation_not_found`. */
  remove(id: string): Promise<void>
  /** Gives the user what the invitation is for, once. Throws `invitation_not_found`. */
  use(invitation: InvitationRow, userId: string): Promise<void>
}

const validMs = 7 * 24 * 3_600_000

export function invitationStore({ database, newId, now }: StoreDeps): InvitationStore {
  const { db } = database
  const selectValid = () => db.selectFrom('invitations').selectAll().where('expiresAtMs', '>', now())

  const create: InvitationStore['create'] = async (invitation) => {
    await db.deleteFrom('invitations').where('expiresAtMs', '<=', now()).execute()
    const secret = newSecret()
    const row = { id: newId(), ...invitation, createdAtMs: now(), expiresAtMs: now() + validMs }
    try {
      await db
        .insertInto('invitations')
        .values({ ...row, secretHash: hashSecret(secret) })
        .execute()
    } catch (error) {
      if (isUniqueViolation(error)) throw invitedAlready(invitation, error)
      throw isForeignKeyViolation(error) && row.project !== null ? projectNotFound(row.project, error) : error
    }
    return { secret, row }
  }

  const list: InvitationStore['list'] = async () =>
    (await selectValid().orderBy('createdAtMs', 'desc').orderBy('id', 'desc').execute()).map(toRow)

  const find: InvitationStore['find'] = async (id) => {
    const record = await selectValid().where('id', '=', withoutNul(id)).executeTakeFirst()
    return record && toRow(record)
  }

  const findBySecret: InvitationStore['findBySecret'] = async (secret) => {
    const record = await selectValid().where('secretHash', '=', hashSecret(secret)).executeTakeFirst()
    return record && toRow(record)
  }

  const remove: InvitationStore['remove'] = async (id) => {
    const { numDeletedRows } = await db.deleteFrom('invitations').where('id', '=', withoutNul(id)).executeTakeFirst()
    if (Number(numDeletedRows) === 0) throw invitationNotFound()
  }

  const use: InvitationStore['use'] = (invitation, userId) =>
    database.transaction((trx) => useInvitation(trx, invitation, { userId, atMs: now() }))

  return { create, list, find, findBySecret, remove, use }
}

/** Inside a transaction. Of several at once only one finds the row still there to be deleted. */
export async function useInvitation(
  trx: Kysely<Schema>,
  { id, project, role }: InvitationRow,
  { userId, atMs }: { userId: string; atMs: number },
): Promise<void> {
  const used = await trx
    .deleteFrom('invitations')
    .where('id', '=', id)
    .where('expiresAtMs', '>', atMs)
    .returning('id')
    .executeTakeFirst()
  if (!used) throw invitationNotFound()
  if (project !== null) return grantRole(trx, { project, userId, role, atMs })
  await trx.updateTable('users').set({ isAdmin: 1 }).where('id', '=', userId).execute()
}

const toRow = ({ secretHash: _, ...record }: Selectable<InvitationTable>): InvitationRow => ({
  ...record,
  role: record.role as Role,
})

// PostgreSQL refuses to even compare a text with NUL.
const withoutNul = (text: string) => text.replaceAll('\0', '')

export const invitationNotFound = () =>
  new PlatformError('invitation_not_found', 'There is no such invitation, or no longer', {
    hint: 'It is good once and for seven days; ask for another',
  })

const invitedAlready = ({ email, project }: NewInvitation, cause: unknown) =>
  new PlatformError('conflict', `${email} is invited to ${project ? `project ${project}` : 'the platform'} already`, {
    hint: 'Take that invitation back to make another',
    cause,
  })
