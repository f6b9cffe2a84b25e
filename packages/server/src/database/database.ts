import type { Kysely, Transaction } from 'kysely'
import type { Schema } from './schema.ts'

export interface Database {
  readonly db: Kysely<Schema>
  readonly dialect: 'sqlite' | 'postgres'
  /** Nothing slow inside: on SQLite everyone else waits for its end. */
  transaction<Result>(work: (trx: Transaction<Schema>) => Promise<Result>): Promise<Result>
  close(): Promise<void>
  /** Resolves when the database cannot be used any more: the process should end and be started again. */
  readonly failed: Promise<Error>
}

/** What every store is made of. */
export interface StoreDeps {
  database: Database
  newId(): string
  /** Milliseconds since 1970. */
  now(): number
}
