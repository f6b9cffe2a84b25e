import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Backup, createBackup, listBackups } from '@berth/contract'
import { fakeBerth } from '../fake-berth.ts'

const backup: Backup = {
  name: '20260102T030405Z-machine1.backup',
  machine: 'machine1',
  createdAt: '2026-01-02T03:04:05Z',
  sizeBytes: 2_000_000,
  keptOn: ['machine1', 'machine2'],
}

test('backups are listed with the machines that have them', async (t) => {
  const fake = await fakeBerth(t)
  fake.on(listBackups, () => [backup])
  const { code, stdout } = await fake.berth('backups')
  assert.equal(code, 0)
  assert.match(stdout, /20260102T030405Z-machine1\.backup .*machine1, machine2/)
})

test('a backup that failed on a manager is said and is a failure', async (t) => {
  const fake = await fakeBerth(t)
  fake.on(createBackup, () => ({ backups: [backup], failures: [{ machine: 'machine2', message: 'No room' }] }))
  const { code, stdout, stderr } = await fake.berth('backups', 'create')
  assert.equal(code, 1)
  assert.match(stdout, /machine1\.backup/)
  assert.match(stderr, /machine2: No room/)
})
