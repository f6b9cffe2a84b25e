import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openDatabase } from '../open-database.ts'
import { onSqlite } from '../test-databases.ts'

const writer = fileURLToPath(new URL('./crash-writer.ts', import.meta.url))

/** Lines that a writer acknowledged before it was killed after that many of them. */
async function writeUntilKilled(databasePath: string, round: number, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, databasePath, `${round}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.split('\n').length > lines) child.kill('SIGKILL')
  })
  const [, signal] = await ended
  assert.equal(signal, 'SIGKILL')
  return output.split('\n').slice(0, -1) // The last one may be cut off.
}

test('kill -9 while writing loses nothing that was acknowledged, tears no transaction, and the file opens', async (t) => {
  const location = await onSqlite.place(t)
  if (!('databasePath' in location)) throw new TypeError('Not a file')
  const acknowledged: string[] = []
  for (const [round, lines] of [50, 700, 1_500].entries()) {
    acknowledged.push(...(await writeUntilKilled(location.databasePath, round, lines)))
    const { db, close } = await openDatabase(location)
    const stored = new Set((await db.selectFrom('projects').select('name').execute()).map(({ name }) => name))
    assert.deepEqual(
      acknowledged.filter((name) => !stored.has(name)),
      [],
    )
    const halves = [...stored].filter((name) => name.endsWith('-left') && !stored.has(name.replace('-left', '-right')))
    assert.deepEqual(halves, [])
    const { rows } = await sql<Record<string, string>>`pragma integrity_check`.execute(db)
    assert.deepEqual(rows.flatMap(Object.values), ['ok'])
    await close()
  }
})
