import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readCertificateRequest } from '@berth/identity'
import { ensureKeyAndRequest } from './key-and-request.ts'

test('the key is made once, is for its owner alone, and each request is for that key', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-key-'))
  t.after(() => rm(folder, { recursive: true }))
  const identityFolder = join(folder, 'identity')
  const first = await readCertificateRequest(await ensureKeyAndRequest(identityFolder))
  const keyPem = await readFile(join(identityFolder, 'key.pem'), 'utf8')
  const second = await readCertificateRequest(await ensureKeyAndRequest(identityFolder))
  assert.equal(second.keySha256, first.keySha256)
  assert.equal(await readFile(join(identityFolder, 'key.pem'), 'utf8'), keyPem)
  assert.equal((await stat(join(identityFolder, 'key.pem'))).mode & 0o777, 0o600)
})
