import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteFile } from './sqlite-file.ts'
import type { Outcome, WorkerReply, WorkerRequest } from './statement.ts'
import { statementRunner } from './statement-runner.ts'

const port = parentPort
if (!port) throw new Error('sqlite-worker.ts runs only as a worker')

const file: DatabaseSync = openSqliteFile(String(workerData.databasePath))
const runner = statementRunner(file)
const reply = (message: WorkerReply) => port.postMessage(message)

function answer(request: Exclude<WorkerRequest, { kind: 'close' }>): Outcome[] {
  switch (request.kind) {
    case 'batch':
      return runner.runBatch(request.statements)
    case 'statement':
      return [runner.run(request.statement)]
    case 'rollback':
      runner.rollback()
      return []
  }
}

port.on('message', (request: WorkerRequest) => {
  if (request.kind !== 'close') return reply({ kind: 'outcomes', outcomes: answer(request) })
  file.close()
  reply({ kind: 'outcomes', outcomes: [] })
  port.close()
})
reply({ kind: 'ready' })
