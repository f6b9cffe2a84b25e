import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { analyseLayers } from './analyse-layers.ts'
import { readSavedImage } from './read-saved-image.ts'
import { aFile, aFolder, bytesOf, ociArchive, oldArchive, type TestLayer, tarOf } from './test-image.ts'

const never = new AbortController().signal
const KiB = 1024

/** Whose numbers are worked out by hand below. */
const layers: TestLayer[] = [
  {
    command: '/bin/sh -c #(nop) ADD file:1 in / ',
    entries: [
      aFolder('bin'),
      aFile('bin/app', bytesOf(300 * KiB, 'a')),
      aFolder('var/lib/apt/lists'),
      aFile('var/lib/apt/lists/main', bytesOf(400 * KiB, 'b')),
    ],
  },
  {
    command: '/bin/sh -c make',
    entries: [
      aFile('bin/app', bytesOf(200 * KiB, 'c')),
      { name: 'bin/link', type: 'symlink', linkname: 'app' },
      { name: 'bin/hard', type: 'link', linkname: 'bin/app' },
      aFile('bin/copy', bytesOf(200 * KiB, 'c')),
      aFile('tmp/notes', bytesOf(10)),
    ],
  },
  { command: 'RUN rm -rf /var/lib/apt/lists # buildkit', entries: [aFile('var/lib/apt/.wh.lists', '')] },
]

/** In pieces that end anywhere, as they come from an engine. */
const inPieces = (archive: Buffer, size = 1000) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < archive.length; at += size) yield archive.subarray(at, at + size)
    })(),
    { objectMode: false },
  )
const analyse = async (archive: Buffer) => analyseLayers('shop', await readSavedImage(inPieces(archive), never))

const layouts: [string, () => Promise<Buffer>][] = [
  ['of the old layout', () => oldArchive(layers)],
  ['of the OCI layout', () => ociArchive(layers)],
  ['with layers in gzip', () => ociArchive(layers, gzipSync)],
  ['with layers in zstd', () => ociArchive(layers, zstdCompressSync)],
]
for (const [layout, archive] of layouts) {
  test(`an archive ${layout} gives the numbers that one works out by hand`, async () => {
    const found = await analyse(await archive())
    // 300 + 400; 200 + 200 and ten bytes; nothing.
    assert.deepEqual(
      found.layers.map(({ command, sizeBytes, files, wastedBytes }) => [command, sizeBytes, files, wastedBytes]),
      [
        ['ADD file:1 in /', 700 * KiB, 2, 700 * KiB],
        ['RUN make', 400 * KiB + 10, 5, 0],
        ['RUN rm -rf /var/lib/apt/lists', 0, 1, 0],
      ],
    )
    assert.equal(found.sizeBytes, 1100 * KiB + 10)
    assert.equal(found.wastedBytes, 700 * KiB)
    // Of bin/app the smallest is 200 of 500, of the list nothing of 400, of bin/copy all of 200, of the notes all.
    assert.equal(found.efficiency, (400 * KiB + 10) / (1100 * KiB + 10))
    assert.deepEqual(found.duplicates, [
      { sizeBytes: 200 * KiB, copies: 2, paths: ['bin/app', 'bin/copy'], wastedBytes: 200 * KiB },
    ])
    assert.deepEqual(
      found.leftovers.map(({ kind, sizeBytes }) => [kind, sizeBytes]),
      [['logs_and_temporary_files', 10]],
    )
    assert.deepEqual([found.user, found.createdAt], ['node', '2026-01-02T03:04:05.000Z'])
    assert.deepEqual(
      found.advice.map(({ title, savesBytes }) => [title, savesBytes]),
      [
        ['Delete in the instruction that makes', 400 * KiB],
        ['Write each file once', 300 * KiB],
      ],
    )
  })
}

test('a layer that is there twice counts twice, however the archive says so', async () => {
  const twice: TestLayer[] = [
    { command: 'COPY a', entries: [aFile('a', bytesOf(100))] },
    { command: 'COPY a', entries: [aFile('a', bytesOf(100))] },
  ]
  for (const archive of [await oldArchive(twice), await ociArchive(twice)]) {
    const { sizeBytes, wastedBytes, efficiency } = await analyse(archive)
    assert.deepEqual([sizeBytes, wastedBytes, efficiency], [200, 100, 0.5])
  }
})

test('a layer that begins with a file named like a document is a layer', async () => {
  const { layers } = await readSavedImage(
    inPieces(await ociArchive([{ command: 'COPY', entries: [aFile('[id].js', 'x'), aFile('{b}', 'y')] }])),
    never,
  )
  assert.deepEqual(
    layers[0]?.files.map(({ path }) => path),
    ['[id].js', '{b}'],
  )
})

test('a layer without files is one', async () => {
  const { sizeBytes, efficiency } = await analyse(await ociArchive([{ command: 'RUN true', entries: [] }]))
  assert.deepEqual([sizeBytes, efficiency], [0, 1])
})

test('names of the environment are kept and values are not', async () => {
  const read = await readSavedImage(inPieces(await oldArchive(layers)), never)
  assert.deepEqual(read.envNames, ['PATH', 'SECRET'])
  assert.doesNotMatch(JSON.stringify(read), /hidden/)
})

test('what is broken is said to be, and not taken for an image with less in it', async () => {
  const whole = await oldArchive(layers)
  await assert.rejects(analyse(whole.subarray(0, 250 * KiB)), { code: 'engine_failed' })
  const withoutManifest = await tarOf([aFile('cafe.json', '{}')])
  await assert.rejects(analyse(withoutManifest), { code: 'image_invalid', message: /no list of layers/ })
  const manifest = JSON.stringify([{ Config: 'cafe.json', Layers: ['a/layer.tar'] }])
  const withoutLayer = await tarOf([aFile('cafe.json', '{}'), aFile('manifest.json', manifest)])
  await assert.rejects(analyse(withoutLayer), { code: 'image_invalid', message: /Layer 1/ })
})

test('whoever aborts is not kept waiting by an engine that sends nothing more', { timeout: 10_000 }, async () => {
  const stop = new AbortController()
  const start = (await oldArchive(layers)).subarray(0, 100 * KiB)
  const archive = new Readable({ read() {} })
  archive.push(start)
  const reading = readSavedImage(archive, stop.signal)
  setImmediate(() => stop.abort(new Error('enough')))
  await assert.rejects(reading, { message: 'enough' })
  assert.equal(archive.destroyed, true)
})

test('a hundred thousand files are read without keeping what is in them', { timeout: 60_000 }, async () => {
  const count = 100_000
  // The packer takes long for so many; a reader does not mind that they are all named alike.
  const one = (await tarOf([aFile('app/node_modules/a.js', 'x')])).subarray(0, KiB)
  const layer = Buffer.concat([...Array.from({ length: count }, () => one), Buffer.alloc(KiB)])
  const documents = await tarOf([
    aFile('cafe.json', '{}'),
    aFile('a/layer.tar', layer),
    aFile('manifest.json', JSON.stringify([{ Config: 'cafe.json', Layers: ['a/layer.tar'] }])),
  ])
  const before = process.memoryUsage().heapUsed
  const read = await readSavedImage(inPieces(documents, 64 * KiB), never)
  assert.equal(read.layers[0]?.files.length, count)
  assert.ok(process.memoryUsage().heapUsed - before < 200 * KiB * KiB)
})
