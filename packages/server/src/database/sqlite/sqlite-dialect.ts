import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { SqliteError } from '../database-errors.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import type { Outcome, SqlValue, Statement } from './statement.ts'
import { type StatementQueue, statementQueue } from './statement-queue.ts'

/** Kysely over the worker: single statements share commits, a transaction has the connection for itself. */
export const sqliteDialect = (connection: SqliteConnection): Dialect => ({
  createAdapter: () => new WorkerAdapter(),
  createDriver: () => workerDriver(connection),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})

class WorkerAdapter extends SqliteAdapter {
  // The queue below orders the callers; Kysely's own mutex would let only one statement at a time reach it.
  override get supportsMultipleConnections() {
    return true
  }

  // Migrations then run inside BEGIN IMMEDIATE, which is also the lock against another process that starts.
  override get supportsTransactionalDdl() {
    return true
  }
}

function workerDriver(connection: SqliteConnection): Driver {
  const queue = statementQueue((statements) => connection.request({ kind: 'batch', statements }))
  const as = (session: DatabaseConnection) => session as Session
  const execute = (session: DatabaseConnection, sql: string) => session.executeQuery(CompiledQuery.raw(sql))

  return {
    init: async () => undefined,
    acquireConnection: async () => new Session(connection, queue),
    beginTransaction: (session) => as(session).begin(),
    commitTransaction: (session) => as(session).commit(),
    rollbackTransaction: (session) => as(session).rollback(),
    savepoint: async (session, name) => void (await execute(session, `savepoint "${name}"`)),
    rollbackToSavepoint: async (session, name) => void (await execute(session, `rollback to "${name}"`)),
    releaseSavepoint: async (session, name) => void (await execute(session, `release "${name}"`)),
    releaseConnection: (session) => as(session).rollback(),
    destroy: () => connection.close(),
  }
}

/** What Kysely takes for a connection: one caller's statements, in or outside of a transaction. */
class Session implements DatabaseConnection {
  readonly #connection: SqliteConnection
  readonly #queue: StatementQueue
  #leave: (() => void) | undefined

  constructor(connection: SqliteConnection, queue: StatementQueue) {
    this.#connection = connection
    this.#queue = queue
  }

  async begin() {
    this.#leave = await this.#queue.enter()
    // Immediate: a transaction that reads first and writes later would otherwise fail as soon as two of them meet.
    await this.#send(write('begin immediate'))
  }

  async commit() {
    await this.#send(write('commit'))
    this.#end()
  }

  async rollback() {
    if (!this.#leave) return
    await this.#connection.request({ kind: 'rollback' }).finally(() => this.#end())
  }

  async executeQuery<Row>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<Row>> {
    const isRead = query.kind === 'SelectQueryNode'
    const outcome = await this.#send({ sql, parameters: parameters.map(toSqlValue), isRead })
    return {
      rows: outcome.rows as Row[],
      numAffectedRows: BigInt(outcome.changes),
      insertId: BigInt(outcome.lastInsertId),
    }
  }

  streamQuery(): never {
    throw new Error('The embedded database does not stream rows')
  }

  async #send(statement: Statement) {
    const outcome = this.#leave
      ? (await this.#connection.request({ kind: 'statement', statement }))[0]
      : await this.#queue.run(statement)
    return unwrap(outcome, statement.sql)
  }

  #end() {
    this.#leave?.()
    this.#leave = undefined
  }
}

const write = (sql: string): Statement => ({ sql, parameters: [], isRead: false })

function unwrap(outcome: Outcome | undefined, sql: string) {
  if (!outcome) throw new Error('The database worker left a statement unanswered')
  if (!outcome.ok) throw new SqliteError(outcome.error, sql)
  return outcome
}

function toSqlValue(value: unknown): SqlValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value
  if (value instanceof Uint8Array) return value
  throw new TypeError(`A ${typeof value} cannot be stored`)
}
