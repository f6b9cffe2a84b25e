import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeSource, findSource, nameFromSource } from './source-argument.ts'

test('a folder and an archive are told apart by looking', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-source-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const archive = join(folder, 'Shop.zip')
  writeFileSync(archive, 'x')
  writeFileSync(join(folder, 'notes.txt'), 'x')
  assert.deepEqual(await findSource({ source: folder }), { kind: 'folder', path: folder })
  assert.deepEqual(await findSource({ source: archive }), { kind: 'archive', path: archive, sizeBytes: 1 })
  await assert.rejects(findSource({ source: join(folder, 'notes.txt') }), /is no folder, \.zip/)
  await assert.rejects(findSource({ source: join(folder, 'none') }), /There is no .*none/)
})

test('a repository is no file', async () => {
  const url = 'https://example.org/team/shop.git'
  const source = await findSource({ git: url, ref: 'main' })
  assert.ok(source)
  assert.deepEqual(describeSource(source), { kind: 'git', url, ref: 'main' })
  await assert.rejects(findSource({ source: '.', git: url }), /either/)
  await assert.rejects(findSource({ ref: 'main' }), /--ref/)
})

for (const [source, name] of [
  [{ kind: 'folder', path: '/home/ann/My Shop' }, 'my-shop'],
  [{ kind: 'archive', path: '/tmp/shop_1.tar.gz', sizeBytes: 1 }, 'shop-1'],
  [{ kind: 'git', url: 'git@example.org:team/shop.git', ref: undefined }, 'shop'],
] as const) {
  test(`${source.kind === 'git' ? source.url : source.path} is called ${name} unless a name is given`, () => {
    assert.equal(nameFromSource(undefined, source), name)
    assert.equal(nameFromSource('other', source), 'other')
  })
}

test('asks for a name where the folder has none that will do', () => {
  assert.throws(() => nameFromSource(undefined, { kind: 'folder', path: '/srv/2024' }), /--name: give one/)
})
