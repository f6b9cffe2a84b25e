import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { PlatformError } from '@berth/contract'
import { checkHostKey, type HostKeyPolicy } from './host-keys.ts'

const target = { user: 'root', host: 'box', port: 22 }
const keyOf = (last: number) => {
  const type = Buffer.from('ssh-ed25519')
  return Buffer.concat([Buffer.from([0, 0, 0, type.length]), type, Buffer.alloc(36, last)])
}
const key = keyOf(1)
let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-known-'))
  file = join(folder, 'ssh/known_hosts')
})
afterEach(() => rmSync(folder, { recursive: true }))

const check = (change: Partial<HostKeyPolicy> = {}, offered = key) =>
  checkHostKey(target, offered, {
    files: [file],
    acceptsNew: false,
    prompts: undefined,
    print: () => undefined,
    ...change,
  })
const answering = (answer: string) => ({ ask: async () => answer, askSecret: async () => '' })

test('a script is told the fingerprint and how to go on, and nothing is written', async () => {
  await assert.rejects(check(), (error: PlatformError) => {
    assert.match(error.message, /box is not known yet; its key is ssh-ed25519 SHA256:/)
    assert.match(error.hint ?? '', /--accept-new-host-key/)
    return true
  })
  assert.throws(() => readFileSync(file), /ENOENT/)
})

test('a person sees the fingerprint, and only a plain yes makes the host known', async () => {
  const shown: string[] = []
  await assert.rejects(check({ prompts: answering('y'), print: (line) => shown.push(line) }), /not accepted/)
  assert.match(shown[0] ?? '', /SHA256:/)
  await check({ prompts: answering('yes') })
  assert.equal(statSync(file).mode & 0o777, 0o600)
  await check() // Nobody is asked again.
})

test('a host that was accepted is refused as soon as its key is another one, also by scripts', async () => {
  await check({ acceptsNew: true })
  await assert.rejects(check({ acceptsNew: true, prompts: answering('yes') }, keyOf(2)), (error: PlatformError) => {
    assert.match(error.message, /has changed/)
    assert.match(error.message, new RegExp(`line 1 of ${file}`))
    assert.match(error.message, /somebody else answers in its place/)
    return true
  })
})

test('what is on record stays, also where the last line has no end', async () => {
  await check({ acceptsNew: true })
  writeFileSync(file, readFileSync(file, 'utf8').replace('box', 'other').trimEnd())
  await check({ acceptsNew: true })
  assert.deepEqual(
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[0]),
    ['other', 'box', ''],
  )
})

test('a second file is read and never written', async () => {
  await check({ acceptsNew: true })
  const own = join(folder, 'own')
  await check({ files: [own, file] })
  assert.throws(() => readFileSync(own), /ENOENT/)
})
