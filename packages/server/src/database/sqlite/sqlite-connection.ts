import { Worker } from 'node:worker_threads'
import type { Outcome, WorkerReply, WorkerRequest } from './statement.ts'

export interface SqliteConnection {
  /** Answered in order. Rejects for everyone who waits once the worker is gone, and from then on. */
  request(request: WorkerRequest): Promise<Outcome[]>
  close(): Promise<void>
  /** Ends the worker in the middle of whatever it does. */
  terminate(): Promise<unknown>
  /** Resolves if the worker ends without having been asked to. */
  failed: Promise<Error>
}

type Pending = { resolve(outcomes: Outcome[]): void; reject(error: Error): void }

/** The file lives in a thread of its own, so that a flush to a slow disk never stops the server's event loop. */
export async function openSqliteConnection(databasePath: string): Promise<SqliteConnection> {
  const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: { databasePath } })
  const pending: Pending[] = []
  const failed = Promise.withResolvers<Error>()
  const ready = Promise.withResolvers<void>()
  let goneBecause: Error | undefined
  let isClosing = false

  function end(error: Error) {
    if (goneBecause) return
    goneBecause = error
    ready.reject(error)
    for (const { reject } of pending.splice(0)) reject(error)
    if (!isClosing) failed.resolve(error)
  }

  worker.on('message', (reply: WorkerReply) => {
    if (reply.kind === 'ready') return ready.resolve()
    pending.shift()?.resolve(reply.outcomes)
  })
  worker.on('error', (cause) => end(new Error(`The database ${databasePath} failed: ${describe(cause)}`, { cause })))
  worker.on('exit', () => end(new Error(`The database ${databasePath} is closed`)))
  await ready.promise

  const request = (message: WorkerRequest) =>
    new Promise<Outcome[]>((resolve, reject) => {
      if (goneBecause) return reject(goneBecause)
      worker.postMessage(message)
      pending.push({ resolve, reject })
    })

  async function close() {
    if (goneBecause) return
    isClosing = true
    const exited = new Promise((resolve) => worker.once('exit', resolve))
    await request({ kind: 'close' })
    await exited
  }

  return { request, close, terminate: () => worker.terminate(), failed: failed.promise }
}

const describe = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))
