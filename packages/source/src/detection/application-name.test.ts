import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeZip } from '../archive/test-zip.ts'
import { findApplicationName } from './application-name.ts'

const config = JSON.stringify({ application: 'shop', services: [] })

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'berth-application-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('config.json names the app, in a folder and in one of its folders', async (t) => {
  const folder = place(t)
  mkdirSync(join(folder, 'api'))
  writeFileSync(join(folder, 'api/config.json'), config)
  assert.equal(await findApplicationName(folder), undefined)
  assert.equal(await findApplicationName(folder, { folder: 'api/' }), 'shop')
})

test('config.json names the app in an archive, also below the one folder that holds everything', async (t) => {
  const path = join(place(t), 'some.zip')
  const holding = (name: string, ...others: string[]) =>
    writeFileSync(path, makeZip([{ name, content: config }, ...others.map((name) => ({ name, content: 'x' }))]))
  holding('config.json', 'a')
  assert.equal(await findApplicationName(path), 'shop')
  holding('shop-main/config.json', 'shop-main/a')
  assert.equal(await findApplicationName(path), 'shop')
  holding('deep/config.json', 'a')
  assert.equal(await findApplicationName(path), undefined)
})

test('a config.json that is the app’s own names nothing', async (t) => {
  const folder = place(t)
  for (const own of ['{"color": "red"}', '[1]', 'no json', '{"application": 5}', '{"application": "Not A Name"}']) {
    writeFileSync(join(folder, 'config.json'), own)
    assert.equal(await findApplicationName(folder), undefined, own)
  }
})
