import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { aFile, aFolder, bytesOf } from '../image-analysis/test-image.ts'
import { listEntries } from './flat-entries.ts'
import { withoutEntries } from './tar-filter.ts'
import { attributes, capability, endBytes, joined, piecesOf } from './test-tar.ts'

/** In small pieces, as a network gives them. */
async function* inPieces(tar: Buffer, pieceBytes = 700) {
  for (let at = 0; at < tar.length; at += pieceBytes) yield tar.subarray(at, at + pieceBytes)
}

async function filter(tar: Buffer, leftOut: readonly string[]) {
  const entries = await listEntries(inPieces(tar))
  const isLeftOut = (index: number) => leftOut.includes(entries[index]?.path ?? '')
  return buffer(withoutEntries(inPieces(tar), { isLeftOut, entries: entries.length }))
}

const before = await piecesOf([
  aFolder('etc'),
  { ...aFile('usr/bin/sudo', bytesOf(900)), mode: 0o4755, uid: 10, gid: 20, uname: 'a', gname: 'b' },
])
const ping = joined(
  await attributes(capability),
  await piecesOf([{ ...aFile('usr/bin/ping', bytesOf(10)), mode: 0o755 }]),
)
const after = await piecesOf([
  { name: 'usr/bin/sudoedit', type: 'link', linkname: 'usr/bin/sudo' },
  { name: 'dev/null', type: 'character-device', devmajor: 1, devminor: 3 },
  aFile(`srv/${'long/'.repeat(60)}name`, 'x'),
  { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
])
const [first, second] = [await piecesOf([aFile('tmp/a', bytesOf(1300))]), await piecesOf([aFile('tmp/b', '')])]
const program = ping.subarray(0, -endBytes)

test('what stays is byte for byte as it was: owners, modes, links, devices, capabilities, long names', async () => {
  const wanted = joined(before, program, after)
  assert.ok(wanted.includes(capability))
  assert.deepEqual(await filter(joined(first, before, program, second, after), ['tmp/a', 'tmp/b']), wanted)
})

test('attributes of a file that goes do not fall to the next one', async () => {
  assert.deepEqual(await filter(joined(before, program, after), ['usr/bin/ping']), joined(before, after))
})

test('a tar that is not the one that was decided upon is refused', async () => {
  const tar = joined(first)
  await assert.rejects(buffer(withoutEntries(inPieces(tar), { isLeftOut: () => false, entries: 2 })), /1 entries/)
  await assert.rejects(filterCut(tar), { code: 'engine_failed' })
})

const filterCut = (tar: Buffer) =>
  buffer(withoutEntries(inPieces(tar.subarray(0, 700)), { isLeftOut: () => false, entries: 1 }))
