import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Outcome, SqliteFailure, SqlValue, Statement } from './statement.ts'

const cachedStatements = 200

/** Runs statements on an open file; every failure is an outcome, so that one caller's never reaches another. */
export function statementRunner(file: DatabaseSync) {
  const cache = new Map<string, StatementSync>()

  function prepare(sql: string): StatementSync {
    const prepared = cache.get(sql) ?? file.prepare(sql)
    cache.delete(sql) // Set again below: a Map keeps the order of insertion, so the first is the least used.
    cache.set(sql, prepared)
    const [leastUsed] = cache.keys()
    if (cache.size > cachedStatements && leastUsed !== undefined) cache.delete(leastUsed)
    return prepared
  }

  function run({ sql, parameters }: Statement): Outcome {
    try {
      const prepared = prepare(sql)
      if (prepared.columns().length > 0) {
        const rows = prepared.all(...parameters) as Record<string, SqlValue>[]
        return { ok: true, rows, changes: rows.length, lastInsertId: 0 }
      }
      const { changes, lastInsertRowid } = prepared.run(...parameters)
      return { ok: true, rows: [], changes: Number(changes), lastInsertId: lastInsertRowid }
    } catch (error) {
      return { ok: false, error: toFailure(error) }
    }
  }

  function runInSavepoint(statement: Statement): Outcome {
    file.exec('SAVEPOINT one_caller')
    const outcome = run(statement)
    // A full disk or an I/O error ends the whole transaction, savepoints included.
    if (!file.isTransaction) throw new TransactionEnded(outcome)
    if (!outcome.ok) file.exec('ROLLBACK TO one_caller')
    file.exec('RELEASE one_caller')
    return outcome
  }

  function rollback() {
    if (file.isTransaction) file.exec('ROLLBACK')
  }

  /** Nothing in it is acknowledged before the one commit at its end. */
  function runTogether(statements: readonly Statement[]): Outcome[] {
    try {
      file.exec('BEGIN IMMEDIATE')
      const outcomes = statements.map(runInSavepoint)
      file.exec('COMMIT')
      return outcomes
    } catch (error) {
      rollback()
      const failed = error instanceof TransactionEnded ? error.outcome : { ok: false as const, error: toFailure(error) }
      return statements.map(() => failed)
    }
  }

  function runBatch(statements: readonly Statement[]): Outcome[] {
    const writes = statements.filter(({ isRead }) => !isRead)
    return writes.length > 1 ? runTogether(statements) : statements.map(run)
  }

  return { run, runBatch, rollback }
}

class TransactionEnded extends Error {
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    super('The transaction ended')
    this.outcome = outcome
  }
}

function toFailure(error: unknown): SqliteFailure {
  const message = error instanceof Error ? error.message : String(error)
  const resultCode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
  return { message, resultCode }
}
