import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { stateDir } from '../state/state-dir.ts'
import { type RemoteRecord, remoteRecords } from './remote-record.ts'

test('keeps how each machine was reached until it is removed, for the owner alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-records-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const records = remoteRecords(stateDir(folder))
  const record: RemoteRecord = { user: 'ann', host: 'box', port: 22, isAdded: true, changes: [], remains: [] }
  assert.equal(await records.find('box'), undefined)
  await records.put('box', record)
  await records.put('other', { ...record, host: 'other' })
  await records.put('box', { ...record, changes: [{ kind: 'startEngine', by: 'daemon' }] })
  assert.equal((await records.find('box'))?.changes.length, 1)
  await records.remove('box')
  assert.deepEqual([await records.find('box'), (await records.find('other'))?.host], [undefined, 'other'])
  assert.equal(statSync(join(folder, 'ssh-machines.json')).mode & 0o077, 0)
})
