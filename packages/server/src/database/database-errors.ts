import type { SqliteFailure } from './sqlite/statement.ts'

/** A statement that SQLite refused. The SQL is told, its parameters never: they may be secrets. */
export class SqliteError extends Error {
  readonly resultCode: number | undefined

  constructor({ message, resultCode }: SqliteFailure, sql: string) {
    super(`${message} (${sql})`)
    this.name = 'SqliteError'
    this.resultCode = resultCode
  }
}

const sqliteUnique = [1555, 2067] // SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE
const postgresUnique = '23505'

/** Whether a row with such a key is already there, on either engine. */
export function isUniqueViolation(error: unknown): boolean {
  if (error instanceof SqliteError) return error.resultCode !== undefined && sqliteUnique.includes(error.resultCode)
  return error instanceof Error && 'code' in error && error.code === postgresUnique
}

const sqliteForeignKey = 787 // SQLITE_CONSTRAINT_FOREIGNKEY
const postgresForeignKey = '23503'

/** Whether a row is missing that another refers to, or would be. */
export function isForeignKeyViolation(error: unknown): boolean {
  if (error instanceof SqliteError) return error.resultCode === sqliteForeignKey
  return error instanceof Error && 'code' in error && error.code === postgresForeignKey
}
