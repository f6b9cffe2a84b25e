import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { takeFileLease } from './file-lease.ts'

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'berth-lease-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'berth.db.lock')
}

const module = new URL('./file-lease.ts', import.meta.url)

test('one has it, and the next one when that gave it back', (t) => {
  const path = place(t)
  const first = takeFileLease(path)
  assert.equal(takeFileLease(path), undefined)
  first?.release()
  const second = takeFileLease(path)
  first?.release()
  assert.ok(second)
  assert.equal(takeFileLease(path), undefined)
  second.release()
})

test('a process that stands still keeps it, and one that is killed gives it back at once', async (t) => {
  const path = place(t)
  const code = `import { takeFileLease } from '${module}'; console.log(Boolean(takeFileLease(process.argv[1]))); setInterval(() => {}, 1e6)`
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', code, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => holder.kill('SIGKILL'))
  const [said] = await once(holder.stdout, 'data')
  assert.equal(String(said), 'true\n')
  holder.kill('SIGSTOP')
  assert.equal(takeFileLease(path), undefined)
  const ended = once(holder, 'exit')
  holder.kill('SIGKILL')
  await ended
  const next = takeFileLease(path)
  assert.ok(next)
  next.release()
})
