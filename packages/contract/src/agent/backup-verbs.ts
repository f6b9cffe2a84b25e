import { z } from 'zod'
import { MachineName } from '../machine-name.ts'
import { defineVerb } from './channel.ts'

const extension = '.backup'

/** Name of a backup's file: when it was made and of which machine. Nothing in it can leave a folder. */
export const BackupName = z.string().regex(/^\d{8}T\d{6}Z-[A-Za-z0-9._-]{1,63}\.backup$/)

export const backupNameOf = ({ machine, createdAt }: { machine: string; createdAt: Date }): string =>
  `${createdAt.toISOString().replace(/[-:]|\.\d+/g, '')}-${machine}${extension}`

/** Undefined for any other file. */
export function parseBackupName(name: string): { machine: string; createdAt: string } | undefined {
  if (!BackupName.safeParse(name).success) return undefined
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(name) ?? []
  const createdAt = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  const machine = name.slice('00000000T000000Z-'.length, -extension.length)
  return Number.isNaN(Date.parse(createdAt)) ? undefined : { machine, createdAt }
}

export const BackupFile = z.strictObject({ name: BackupName, sizeBytes: z.int() })
export type BackupFile = z.infer<typeof BackupFile>

/** What a backup has beside the swarm's state: files of the installer's state folder, by name. */
export const BackupRequest = z.strictObject({
  /** By which the database is fetched that belongs into it. */
  backupId: z.string(),
  machine: MachineName,
  /** Of 32 bytes; kept in memory only. */
  keyBase64: z.base64(),
  stateFiles: z.record(z.string().regex(/^[a-z-]+(\.[a-z]+)?$/), z.string()),
  /** False where the database is elsewhere and has backups of its own. */
  hasDatabase: z.boolean(),
})
export type BackupRequest = z.infer<typeof BackupRequest>

/** Of managers: writes one and reads it back; the oldest beyond those that are kept go. */
export const writeBackup = defineVerb({ input: BackupRequest, output: BackupFile })

/** Those on this machine's disk, its own and copies of others'. */
export const listBackupFiles = defineVerb({ input: z.strictObject({}), output: z.array(BackupFile) })

/** A piece of one, for a copy elsewhere; shorter at the end, and then empty. */
export const readBackup = defineVerb({
  input: z.strictObject({ name: BackupName, offset: z.int().min(0) }),
  output: z.strictObject({ base64: z.base64() }),
})

/** A piece of another machine's backup, in order from 0. It is kept under its name once the last one is there. */
export const keepBackup = defineVerb({
  input: z.strictObject({ name: BackupName, offset: z.int().min(0), base64: z.base64(), isLast: z.boolean() }),
  output: z.strictObject({}),
})

/** Half a mebibyte: a frame of it, as text, is far below what either side takes. */
export const backupPieceBytes = 512 * 1024
