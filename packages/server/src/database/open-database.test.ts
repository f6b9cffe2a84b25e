import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { openDatabase } from './open-database.ts'

test('a PostgreSQL that does not answer is named, its password is not', async () => {
  const free = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => free.once('listening', resolve))
  const address = free.address()
  await new Promise((resolve) => free.close(resolve))
  const port = typeof address === 'object' ? address?.port : 0
  await assert.rejects(
    openDatabase({ databaseUrl: `postgres://u:pass-word@127.0.0.1:${port}/berth` }),
    (error: Error) => {
      assert.match(error.message, new RegExp(`Cannot use PostgreSQL at 127.0.0.1:${port}/berth: .*ECONNREFUSED`))
      assert.ok(!error.message.includes('pass-word'))
      return true
    },
  )
})
