import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAlive, removeStalePidFiles } from './stale-files.ts'

test('removes a pid file whose process is gone or is another program now, and keeps a live one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-pid-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const ownName = readFileSync('/proc/self/comm', 'utf8').trim()
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('gone.pid', '999999999')
  write('broken.pid', 'x')
  write('other.pid', String(process.pid))
  write('live.pid', `${process.pid}\n`)
  const owners = { 'gone.pid': ownName, 'broken.pid': ownName, 'other.pid': 'dockerd', 'live.pid': ownName, none: 'x' }
  const removed = await removeStalePidFiles(
    Object.fromEntries(Object.entries(owners).map(([name, owner]) => [join(folder, name), owner])),
  )
  assert.equal(removed.length, 3)
  assert.deepEqual(await readdir(folder), ['live.pid'])
})

test('a process that is dead but not collected yet does not count as alive', () => {
  assert.equal(isAlive('Name:\tcontainerd\nState:\tS (sleeping)\n', 'containerd'), true)
  assert.equal(isAlive('Name:\tcontainerd\nState:\tZ (zombie)\n', 'containerd'), false)
})
