import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'

/** A file with all that it takes to bring a cluster back, written by a manager and sealed with a key from the cluster's CA. */
export const Backup = z.strictObject({
  /** Of the file. */
  name: z.string(),
  /** The manager that it is of. */
  machine: z.string(),
  createdAt: z.iso.datetime(),
  sizeBytes: z.int(),
  /** The machines on whose disk it is, by name; only those that answer. */
  keptOn: z.array(z.string()),
})
export type Backup = z.infer<typeof Backup>

// Backups tell of the whole platform.
const byAdmins = { access: 'admin', on: 'platform' } as const

export const listBackups = defineEndpoint({
  ...byAdmins,
  method: 'GET',
  path: '/v1/backups',
  summary: 'The backups on the machines that answer, newest first',
  result: z.array(Backup),
  errors: [],
})

/** Answers once all are written and have been read back, or failed. */
export const createBackup = defineEndpoint({
  ...byAdmins,
  method: 'POST',
  path: '/v1/backups',
  summary: 'Write a backup on each manager now',
  result: z.strictObject({
    backups: z.array(Backup),
    /** What went wrong, by manager. */
    failures: z.array(z.strictObject({ machine: z.string(), message: z.string() })),
  }),
  errors: ['engine_unavailable'],
})
