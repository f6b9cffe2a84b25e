import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { PlatformError } from '@berth/contract'
import type { ArchiveLimits } from './archive-limits.ts'
import { inspectArchive } from './inspect-archive.ts'
import { makeTar, type TestTarEntry } from './test-tar.ts'
import { makeZip, type TestZipEntry } from './test-zip.ts'
import { unpackArchive } from './unpack-archive.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-hostile-'))
})
after(() => rm(folder, { recursive: true, force: true }))

const good = { name: 'index.html', content: '<h1>Hi</h1>' }
const link = 0o120777
const long = (bytes: number) => 'x'.repeat(bytes)

/** What each must be refused with. The good file before it makes sure that something was unpacked already. */
const zips: [string, TestZipEntry[], RegExp][] = [
  ['a path through ..', [{ name: '../evil' }], /"\.\.\/evil", which leads out/],
  ['a path through .. further on', [{ name: 'a/b/../../../evil' }], /leads out/],
  ['an absolute path', [{ name: '/etc/passwd' }], /"\/etc\/passwd", an absolute path/],
  ['a path on a drive', [{ name: 'C:/Windows/evil' }], /absolute/],
  ['a path through ..\\', [{ name: '..\\evil' }], /backslash/],
  ['a backslash in a name', [{ name: 'src\\index.html' }], /backslash/],
  ['a NUL in a name', [{ name: 'evil.sh\0.txt' }], /control characters/],
  ['an escape sequence in a name', [{ name: '\x1b[2Jevil' }], /control characters/],
  ['a line break in a name', [{ name: 'a\nb' }], /control characters/],
  ['no name', [{ name: '' }], /without a name/],
  ['a name too long for a disk', [{ name: long(256) }], /more than 255 bytes/],
  ['a path too long', [{ name: `${long(200)}/`.repeat(6) + long(9) }], /path of more than 1024 bytes/],
  ['a name in broken UTF-8', [{ name: Buffer.from([0x61, 0xff, 0xfe]), flags: 0x800 }], /not in UTF-8/],
  ['a link to an absolute path', [{ name: 'a', mode: link, content: '/etc/passwd' }], /outside/],
  ['a link out', [{ name: 'a/b', mode: link, content: '../../x' }], /"a\/b", a link to "..\/..\/x", which is outside/],
  ['an overlong link', [{ name: 'a', mode: link, content: long(5000) }], /overlong/],
  ['an empty link', [{ name: 'a', mode: link, content: '' }], /link/],
  ['a device', [{ name: 'sda', mode: 0o060644 }], /neither a file nor a folder/],
  ['a fifo', [{ name: 'pipe', mode: 0o010644 }], /neither a file nor a folder/],
  [
    'a file through a link',
    [{ name: 'a', mode: link, content: 'b' }, { name: 'a/x' }],
    /both as a link and as a folder/,
  ],
  ['a file twice', [{ name: 'a' }, { name: 'a' }], /"a", twice/],
  ['a file twice, written differently', [{ name: 'a/b' }, { name: './a//b' }], /"a\/b", twice/],
  ['names that differ in case', [{ name: 'Readme' }, { name: 'README' }], /differs from "Readme" only in its case/],
  ['folders that differ in case', [{ name: 'Src/a' }, { name: 'src/b' }], /differs from "Src" only in its case/],
  ['names that differ in composition', [{ name: 'e\u0301' }, { name: '\u00e9' }], /differs from/],
  ['a file that is a folder too', [{ name: 'a' }, { name: 'a/b' }], /both as a file and as a folder/],
  ['a folder that is a file too', [{ name: 'a/b' }, { name: 'a' }], /both as a folder and as a file/],
  ['a folder with content', [{ name: 'a/', content: 'x' }], /folder with the content of a file/],
  ['an encrypted file', [{ name: 'a', flags: 1 }], /encrypted/],
  ['an unknown packing', [{ name: 'a', method: 12 }], /method 12/],
  ['another name where it begins', [{ name: 'a', localName: 'b' }], /another name, "b"/],
  ['a wrong checksum', [{ name: 'a', content: 'x', crc: 1 }], /checksum is wrong/],
  ['more bytes than its header says', [{ name: 'a', content: long(99), claimedBytes: 9 }], /broken/],
  ['fewer bytes than its header says', [{ name: 'a', content: 'x', claimedBytes: 99 }], /broken/],
]

const tars: [string, TestTarEntry[], RegExp][] = [
  ['a path through ..', [{ name: '../evil' }], /leads out/],
  ['an absolute path', [{ name: '/etc/passwd' }], /absolute/],
  ['a path through .. in its attributes', [{ name: 'ok', pax: { path: '../../evil' } }], /leads out/],
  ['a link out in its attributes', [{ name: 'a', type: '2', target: 'b', pax: { linkpath: '/etc' } }], /outside/],
  ['a backslash in a name', [{ name: 'a\\b' }], /backslash/],
  ['a name in broken UTF-8', [{ name: Buffer.from([0x61, 0xff, 0xfe]) }], /not in UTF-8/],
  ['a link out', [{ name: 'a', type: '2', target: '../x' }], /outside/],
  ['a hard link out', [{ name: 'a', type: '1', target: '../x' }], /leads out/],
  ['a hard link to an absolute path', [{ name: 'a', type: '1', target: '/etc/shadow' }], /absolute/],
  ['a hard link to what is not there', [{ name: 'a', type: '1', target: 'b' }], /which is no file of the archive/],
  [
    'a hard link to a link',
    [
      { name: 'b', type: '2', target: 'index.html' },
      { name: 'a', type: '1', target: 'b' },
    ],
    /which is no file of the archive/,
  ],
  ['a character device', [{ name: 'a', type: '3' }], /neither a file/],
  ['a block device', [{ name: 'a', type: '4' }], /neither a file/],
  ['a fifo', [{ name: 'a', type: '6' }], /neither a file/],
  ['a file with holes', [{ name: 'a', type: 'S' }], /neither a file/],
  ['a file with holes in its attributes', [{ name: 'a', pax: { 'GNU.sparse.major': '1' } }], /neither a file/],
  ['a file through a link', [{ name: 'a', type: '2', target: 'b' }, { name: 'a/x' }], /both as a link and as a folder/],
  [
    'a file through a link that comes later',
    [{ name: 'a/x' }, { name: 'a', type: '2', target: 'b' }],
    /both as a folder and as a link/,
  ],
  ['a file in place of a link', [{ name: 'a', type: '2', target: 'b' }, { name: 'a' }], /both as a link and as a file/],
  [
    'a link out by way of another link, though neither looks like it',
    [
      { name: 'deep/deeper/up', type: '2', target: '../..' },
      { name: 'sly', type: '2', target: 'deep/deeper/up/../x' },
    ],
    /"sly", a link to .* outside/,
  ],
  ['a wrong checksum', [{ name: 'a', checksum: 1 }], /broken/],
  ['a size beyond its end', [{ name: 'a', claimedBytes: 5000 }], /broken|cut off/],
  ['a size that is no number', [{ name: 'a', pax: { size: 'many' } }], /broken/],
  ['attributes that would fill the memory', [{ name: 'a', type: 'x', claimedBytes: 2 ** 31 }], /broken|cut off/],
]

const cases = [
  ...zips.map(([what, entries, words]) => ({ what: `zip with ${what}`, bytes: makeZip([good, ...entries]), words })),
  ...tars.flatMap(([what, entries, words]) => {
    const bytes = makeTar([good, ...entries])
    return [
      { what: `tar with ${what}`, bytes, words },
      { what: `tar.gz with ${what}`, bytes: gzipSync(bytes), words },
    ]
  }),
  { what: 'zip that was cut off', bytes: makeZip([good]).subarray(0, 60), words: /broken|cut off/ },
  {
    what: 'zip with bytes after its end',
    bytes: Buffer.concat([makeZip([good]), Buffer.from('more')]),
    words: /broken/,
  },
  { what: 'zip that counts more than it holds', bytes: makeZip([good], { entryCount: 9 }), words: /broken/ },
  { what: 'zip with nothing', bytes: makeZip([]), words: /no files/ },
  { what: 'zip with folders alone', bytes: makeZip([{ name: 'a/' }]), words: /no files/ },
  { what: 'tar without an end', bytes: makeTar([good], { hasEnd: false }), words: /has no end/ },
  { what: 'tar that was cut off in a file', bytes: makeTar([good]).subarray(0, 700), words: /broken|cut off/ },
  { what: 'tar.gz that was cut off', bytes: gzipSync(makeTar([good])).subarray(0, 60), words: /cut off/ },
  { what: 'gzip of something else', bytes: gzipSync(Buffer.alloc(5000, 'x')), words: /broken/ },
  { what: 'file of 0 bytes', bytes: Buffer.alloc(0), words: /0 bytes/ },
  { what: '7z', bytes: Buffer.from('377abcaf271c', 'hex'), words: /a 7z archive/ },
  { what: 'picture', bytes: Buffer.from('89504e470d0a1a0a', 'hex'), words: /no archive/ },
]

for (const { what, bytes, words } of cases) {
  test(`refuses a ${what}, by name, and leaves nothing behind`, () => refuses(bytes, words))
}

const limits: ArchiveLimits = { packedBytes: 20_000, entryCount: 5, expandedBytes: 100_000, expansionRatio: 200 }
const bomb = { name: 'a', content: Buffer.alloc(1_000_000) }
const six = ['1', '2', '3', '4', '5', '6'].map((name) => ({ name }))
const hardlinks = ['b', 'c', 'd', 'e'].map((name) => ({ name, type: '1', target: 'a' }))
const bombs = [
  { what: 'zip that unpacks to too much', bytes: makeZip([bomb]), words: /97\.7 KiB/ },
  { what: 'tar.gz that unpacks to too much', bytes: gzipSync(makeTar([bomb])), words: /97\.7 KiB/ },
  {
    what: 'tar.gz that is mostly padding',
    bytes: gzipSync(Buffer.concat([makeTar([good]), bomb.content])),
    words: /97\.7 KiB/,
  },
  {
    what: 'tar.gz whose hard links multiply a file',
    bytes: gzipSync(makeTar([{ name: 'a', content: Buffer.alloc(30_000) }, ...hardlinks])),
    words: /97\.7 KiB/,
  },
  { what: 'zip of too many files', bytes: makeZip(six), words: /more than the 5 files/ },
  { what: 'tar of too many files', bytes: makeTar(six), words: /more than the 5 files/ },
  { what: 'tar of too many bytes', bytes: makeTar([bomb]), words: /more than the 19\.5 KiB/ },
]

for (const { what, bytes, words } of bombs) {
  test(`stops at a ${what}`, () => refuses(bytes, words, { code: 'archive_too_large', limits }))
}

test('a zip bomb ends at the limit, whatever its headers say', async () => {
  const bytes = makeZip([{ ...bomb, claimedBytes: 1 }])
  await refuses(bytes, /broken/, { limits })
})

test('a ratio that only bombs have is refused long before the bytes are', async () => {
  const bytes = gzipSync(makeTar([{ name: 'a', content: Buffer.alloc(80 * 1024 ** 2) }]))
  await refuses(bytes, /more than 200 times its size/, { code: 'archive_too_large' })
})

type Expected = { code?: string; limits?: ArchiveLimits }

async function refuses(bytes: Buffer, words: RegExp, { code = 'archive_invalid', limits }: Expected = {}) {
  const path = join(folder, 'archive')
  const target = join(folder, 'unpacked')
  await writeFile(path, bytes)
  const isRight = (error: unknown) =>
    error instanceof PlatformError && error.code === code && words.test(error.message) && Boolean(error.hint)
  await assert.rejects(inspectArchive(path, { limits }), isRight)
  await assert.rejects(unpackArchive(path, target, { limits }), isRight)
  assert.deepEqual(await readdir(folder), ['archive'])
}
