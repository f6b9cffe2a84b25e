import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { RouteTable } from '@berth/contract'
import { fingerprintOf, recallEdge, rememberEdge } from './edge-memory.ts'

const folder = await mkdtemp(join(tmpdir(), 'edge-'))
after(() => rm(folder, { recursive: true }))

const route = (host: string) => ({ host, app: 'shop', backend: null })
const table: RouteTable = { backends: [], routes: [route('a.localhost'), route('b.localhost')] }

test('the order of a table does not change its fingerprint, its content does', () => {
  assert.equal(fingerprintOf({ ...table, routes: table.routes.toReversed() }), fingerprintOf(table))
  assert.notEqual(fingerprintOf({ ...table, routes: [route('a.localhost')] }), fingerprintOf(table))
})

test('the last table and the probe secret outlive the agent', async () => {
  await rememberEdge(folder, { probeSecret: 's', table })
  assert.deepEqual(await recallEdge(folder), { probeSecret: 's', table })
})

test('a memory that cannot be read is none', async () => {
  await writeFile(join(folder, 'routes.json'), '{"probeSecret":"s","tab')
  const { probeSecret, table: recalled } = await recallEdge(folder)
  assert.equal(recalled, null)
  assert.match(probeSecret, /^[0-9a-f]{48}$/)
})
