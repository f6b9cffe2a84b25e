import assert from 'node:assert/strict'
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { inspectArchive } from './inspect-archive.ts'
import { makeTar } from './test-tar.ts'
import { makeZip } from './test-zip.ts'
import { unpackArchive } from './unpack-archive.ts'

let folder: string
let archive: string
let target: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-unpack-'))
  archive = join(folder, 'archive')
  target = join(folder, 'unpacked')
})
beforeEach(() => rm(target, { recursive: true, force: true }))
after(() => rm(folder, { recursive: true, force: true }))

const page = { name: 'index.html', content: '<h1>Hi</h1>' }
const link = 0o120777

async function unpack(bytes: Buffer) {
  await writeFile(archive, bytes)
  const listing = await unpackArchive(archive, target)
  assert.deepEqual(await inspectArchive(archive), listing)
  return listing
}
const readText = (path: string) => readFile(join(target, path), 'utf8')

for (const [format, bytes] of [
  ['zip', makeZip([page, { name: 'src/', mode: 0o040755 }, { name: 'src/a.ts', content: 'a' }])],
  ['tar', makeTar([page, { name: 'src/', type: '5' }, { name: 'src/a.ts', content: 'a' }])],
  ['tar.gz', gzipSync(makeTar([page, { name: './src/a.ts', content: 'a' }]))],
] as const) {
  test(`unpacks a ${format}, known by what it holds and not by its name`, async () => {
    const listing = await unpack(bytes)
    assert.equal(listing.format, format)
    assert.equal(listing.packedBytes, bytes.length)
    assert.equal(await readText('index.html'), '<h1>Hi</h1>')
    assert.equal(await readText('src/a.ts'), 'a')
  })
}

test('takes off the one folder that holds everything, and says so', async () => {
  const listing = await unpack(
    makeZip([{ name: 'shop-main/' }, { name: 'shop-main/index.html', content: 'x' }, { name: 'shop-main/src/a' }]),
  )
  assert.equal(listing.strippedFolder, 'shop-main')
  assert.deepEqual(await readdir(target), ['index.html', 'src'])
})

test('a folder with a file beside it stays', async () => {
  const listing = await unpack(makeZip([{ name: 'src/a' }, page]))
  assert.equal(listing.strippedFolder, null)
  assert.deepEqual((await readdir(target)).sort(), ['index.html', 'src'])
})

test('links that lead out of the folder that is taken off are refused', async () => {
  await writeFile(archive, makeTar([{ name: 'top/a' }, { name: 'top/b', type: '2', target: '../top/a' }]))
  await assert.rejects(unpackArchive(archive, target), /"b", a link to "..\/top\/a", which is outside/)
})

test('keeps who may be executed and when files were changed, and no other rights', async () => {
  await unpack(
    makeTar([
      { name: 'run', mode: 0o4777 },
      { name: 'read', mode: 0o606 },
    ]),
  )
  const { mode, mtimeMs } = await stat(join(target, 'run'))
  assert.equal(mode & 0o7777, 0o755)
  assert.equal(mtimeMs, 0o14000000000 * 1000)
  assert.equal((await stat(join(target, 'read'))).mode & 0o7777, 0o644)
})

test('keeps links within, dangling and circular ones too', async () => {
  const zip = [
    page,
    { name: 'sub/home', mode: link, content: '../index.html' },
    { name: 'gone', mode: link, content: 'not/there' },
    { name: 'round', mode: link, content: 'about' },
    { name: 'about', mode: link, content: 'round' },
  ]
  await unpack(makeZip(zip))
  assert.equal(await readText('sub/home'), '<h1>Hi</h1>')
  assert.equal(await readlink(join(target, 'gone')), 'not/there')
  assert.ok((await lstat(join(target, 'round'))).isSymbolicLink())
})

test('keeps hard links to files of the archive', async () => {
  const listing = await unpack(
    makeTar([
      { name: 'top/a', content: 'x' },
      { name: 'top/b', type: '1', target: 'top/a' },
    ]),
  )
  assert.equal(await readText('b'), 'x')
  assert.deepEqual(
    listing.entries.map(({ kind }) => kind),
    ['file', 'hardlink'],
  )
})

test('leaves out what macOS packs with every folder, and lists it', async () => {
  const listing = await unpack(makeZip([{ name: 'shop/a' }, { name: '__MACOSX/shop/._a' }, { name: 'shop/.DS_Store' }]))
  assert.deepEqual(listing.leftOut, ['__MACOSX/shop/._a', 'shop/.DS_Store'])
  assert.equal(listing.strippedFolder, 'shop')
  assert.deepEqual(await readdir(target), ['a'])
})

test('reads names in UTF-8, said to be or not, and those of old DOS', async () => {
  await unpack(
    makeZip([
      { name: 'größe', flags: 0x800 },
      { name: 'café' },
      { name: Buffer.from([0x67, 0x72, 0x94, 0xe1, 0x65, 0x72]) },
    ]),
  )
  assert.deepEqual((await readdir(target)).sort(), ['café', 'größe', 'größer'].sort())
})

test('reads zips that were written as a stream, in the large form, and not packed at all', async () => {
  await unpack(
    makeZip([
      { name: 'streamed', content: 'a', hasDescriptor: true },
      { name: 'large', content: 'b', isZip64: true },
      { name: 'stored', content: 'c', method: 0 },
    ]),
  )
  assert.deepEqual(await Promise.all(['streamed', 'large', 'stored'].map(readText)), ['a', 'b', 'c'])
})

test('reads long names of tars, as attributes and as the GNU form', async () => {
  const [pax, gnu] = [`${'p'.repeat(150)}/a`, `${'g'.repeat(150)}/b`]
  await unpack(
    makeTar([
      { name: 'short', content: 'x', pax: { path: pax } },
      { name: '././@LongLink', type: 'L', content: `${gnu}\0` },
      { name: gnu.slice(0, 100), content: 'y' },
    ]),
  )
  assert.equal(await readText(pax), 'x')
  assert.equal(await readText(gnu), 'y')
})

test('what git archive puts before the files is no file', async () => {
  const listing = await unpack(makeTar([{ name: 'pax_global_header', type: 'g', content: '52 comment=0123\n' }, page]))
  assert.deepEqual(
    listing.entries.map(({ path }) => path),
    ['index.html'],
  )
})

test('a folder that is there already is left alone', async () => {
  await mkdir(target)
  await writeFile(join(target, 'mine'), '')
  await writeFile(archive, makeZip([page]))
  await assert.rejects(unpackArchive(archive, target), { code: 'EEXIST' })
  assert.deepEqual(await readdir(target), ['mine'])
})

test('stopping in the middle leaves nothing behind and says that it was stopped', async () => {
  const stop = new AbortController()
  const many = Array.from({ length: 500 }, (_, at) => ({ name: `${at}`, content: 'x' }))
  for (const bytes of [makeZip(many), gzipSync(makeTar(many))]) {
    await writeFile(archive, bytes)
    const unpacking = unpackArchive(archive, target, { signal: stop.signal })
    stop.abort(new Error('stopped by somebody'))
    await assert.rejects(unpacking, /stopped by somebody/)
    assert.deepEqual(await readdir(folder), ['archive'])
  }
})
