/** What crosses between the server's thread and the thread that owns the SQLite file. */
export type SqlValue = string | number | bigint | Uint8Array | null

export type Statement = {
  sql: string
  parameters: SqlValue[]
  /** Only reads: needs no transaction of its own. */
  isRead: boolean
}

export type Outcome =
  | { ok: true; rows: Record<string, SqlValue>[]; changes: number; lastInsertId: number | bigint }
  | { ok: false; error: SqliteFailure }

export type SqliteFailure = {
  message: string
  /** SQLite's extended result code, such as 2067 (SQLITE_CONSTRAINT_UNIQUE). */
  resultCode: number | undefined
}

export type WorkerRequest =
  /** Writes that belong to different callers, committed together; each fails alone. */
  | { kind: 'batch'; statements: Statement[] }
  /** One statement as it is, inside or outside of a transaction. */
  | { kind: 'statement'; statement: Statement }
  /** Ends the open transaction, if there still is one: some errors end it by themselves. */
  | { kind: 'rollback' }
  | { kind: 'close' }

export type WorkerReply = { kind: 'ready' } | { kind: 'outcomes'; outcomes: Outcome[] }
