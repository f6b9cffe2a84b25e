import { PlatformError } from '@berth/contract'
import type { StoreDeps } from '../database/database.ts'
import {
  describeTotp,
  isTotpCode,
  newRecoveryCodes,
  newTotpSecret,
  plainRecoveryCode,
  stepOfCode,
} from './one-time-codes.ts'
import { type IdentityKeys, keyedHash, seal, unseal } from './seal.ts'

export interface SecondFactorStore {
  /** Replaces what was begun and not confirmed. Throws `conflict` where one is on already. */
  begin(user: { id: string; email: string }): Promise<{ uri: string; secret: string; recoveryCodes: string[] }>
  /** Turns it on. False for a wrong code; throws `conflict` where nothing was begun. */
  confirm(userId: string, code: string): Promise<boolean>
  /** Undefined for a code that is wrong or was used before. */
  use(userId: string, code: string): Promise<UsedCode | undefined>
  /** Whether there was one that counted. */
  remove(userId: string): Promise<boolean>
}

export type UsedCode = { kind: 'totp' } | { kind: 'recovery_code'; left: number }

type Deps = Pick<StoreDeps, 'database' | 'now'> & { keys: Pick<IdentityKeys, 'secondFactorKey' | 'recoveryCodeKey'> }

export function secondFactorStore({ database, now, keys }: Deps): SecondFactorStore {
  const { db } = database
  const sealing = (userId: string) => ({ key: keys.secondFactorKey, owner: userId })
  const hashOf = (code: string) => keyedHash(plainRecoveryCode(code), keys.recoveryCodeKey)
  const find = (userId: string) => db.selectFrom('secondFactors').selectAll().where('userId', '=', userId)

  const begin: SecondFactorStore['begin'] = async ({ id: userId, email }) => {
    const secret = newTotpSecret()
    const recoveryCodes = newRecoveryCodes()
    await database.transaction(async (trx) => {
      await trx.deleteFrom('secondFactors').where('userId', '=', userId).where('isConfirmed', '=', 0).execute()
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('secondFactors')
        .values({
          userId,
          sealedSecret: seal(secret, sealing(userId)),
          isConfirmed: 0,
          lastStep: 0,
          createdAtMs: now(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (Number(numInsertedOrUpdatedRows) === 0) throw alreadyOn()
      const codes = recoveryCodes.map((code) => ({ userId, codeHash: hashOf(code) }))
      await trx.insertInto('recoveryCodes').values(codes).execute()
    })
    return { ...describeTotp(secret, email), recoveryCodes }
  }

  const confirm: SecondFactorStore['confirm'] = async (userId, code) => {
    const found = await find(userId).executeTakeFirst()
    if (!found) throw notBegun()
    if (found.isConfirmed === 1) throw alreadyOn()
    const step = await stepIn(found, code)
    if (step === undefined) return false
    const { numUpdatedRows } = await db
      .updateTable('secondFactors')
      .set({ isConfirmed: 1, lastStep: step })
      .where('userId', '=', userId)
      .where('isConfirmed', '=', 0)
      .where('sealedSecret', '=', found.sealedSecret)
      .executeTakeFirst()
    return Number(numUpdatedRows) === 1
  }

  const use: SecondFactorStore['use'] = async (userId, code) => {
    const typed = code.replaceAll(/\s/g, '')
    return isTotpCode(typed) ? useTotp(userId, typed) : useRecoveryCode(userId, typed)
  }

  async function useTotp(userId: string, code: string): Promise<UsedCode | undefined> {
    const found = await find(userId).where('isConfirmed', '=', 1).executeTakeFirst()
    const step = found && (await stepIn(found, code))
    if (step === undefined) return undefined
    // Only forward: of two who show the same code at once, one is too late.
    const { numUpdatedRows } = await db
      .updateTable('secondFactors')
      .set({ lastStep: step })
      .where('userId', '=', userId)
      .where('lastStep', '<', step)
      .executeTakeFirst()
    return Number(numUpdatedRows) === 1 ? { kind: 'totp' } : undefined
  }

  async function useRecoveryCode(userId: string, code: string): Promise<UsedCode | undefined> {
    const ofUser = db.selectFrom('recoveryCodes').where('userId', '=', userId)
    const confirmed = db.selectFrom('secondFactors').select('userId').where('isConfirmed', '=', 1)
    const { numDeletedRows } = await db
      .deleteFrom('recoveryCodes')
      .where('userId', '=', userId)
      .where('userId', 'in', confirmed)
      .where('codeHash', '=', hashOf(code))
      .executeTakeFirst()
    if (Number(numDeletedRows) !== 1) return undefined
    const { left } = await ofUser.select((eb) => eb.fn.countAll<number>().as('left')).executeTakeFirstOrThrow()
    return { kind: 'recovery_code', left: Number(left) }
  }

  async function stepIn(found: { userId: string; sealedSecret: string }, code: string) {
    const secret = unseal(found.sealedSecret, sealing(found.userId))
    if (secret === undefined) throw unreadable()
    return stepOfCode(secret, code, now())
  }

  const remove: SecondFactorStore['remove'] = async (userId) => {
    const was = await find(userId).where('isConfirmed', '=', 1).executeTakeFirst()
    await db.deleteFrom('secondFactors').where('userId', '=', userId).execute()
    return was !== undefined
  }

  return { begin, confirm, use, remove }
}

const alreadyOn = () =>
  new PlatformError('conflict', 'A second factor is set up already', { hint: 'Remove it first to set up another' })

const notBegun = () =>
  new PlatformError('conflict', 'No second factor was begun', { hint: 'Begin with the password, then confirm a code' })

const unreadable = () =>
  new PlatformError('code_invalid', 'This second factor was made with another key of the platform', {
    hint: 'Let an admin reset the password, which takes the second factor away too',
  })
