import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { type SourceFiles, sourceFiles } from './source-files.ts'

async function open(t: TestContext, maxBytes?: number) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-sources-'))
  t.after(() => rm(folder, { recursive: true }))
  return { folder, sources: sourceFiles(folder, maxBytes) }
}
async function textOf(sources: SourceFiles, buildId: string) {
  const file = await sources.open(buildId)
  return file.readFile('utf8').finally(() => file.close())
}
const noEnd = new AbortController().signal
const bytesOf = (...pieces: string[]) => Readable.from(pieces.map((piece) => Buffer.from(piece)))

test('an archive that arrived is there until it is removed', async (t) => {
  const { sources } = await open(t)
  const { sizeBytes } = await sources.receive('b1', bytesOf('hello ', 'world'), noEnd)
  assert.equal(sizeBytes, 11)
  assert.equal(await textOf(sources, 'b1'), 'hello world')
  await sources.remove('b1')
  await assert.rejects(sources.open('b1'), { code: 'build_not_found' })
})

test('one that is too large is refused before it is whole, and nothing of it stays', async (t) => {
  const { folder, sources } = await open(t, 10)
  async function* endless() {
    for (;;) yield Buffer.alloc(4)
  }
  await assert.rejects(sources.receive('b1', Readable.from(endless()), noEnd), { code: 'request_too_large' })
  assert.deepEqual(await readdir(folder), [])
})

test('an upload that breaks off leaves nothing', async (t) => {
  const { folder, sources } = await open(t)
  async function* broken() {
    yield Buffer.from('half')
    throw new Error('the line went dead')
  }
  await assert.rejects(sources.receive('b1', Readable.from(broken()), noEnd), /line went dead/)
  assert.deepEqual(await readdir(folder), [])
})

test('a second upload to the same build is refused and does not disturb the first', async (t) => {
  const { sources } = await open(t)
  const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  async function* slow() {
    yield Buffer.from('first')
    begun.resolve()
    await gate.promise
  }
  const first = sources.receive('b1', Readable.from(slow()), noEnd)
  await begun.promise
  await assert.rejects(sources.receive('b1', bytesOf('second'), noEnd), { code: 'conflict' })
  gate.resolve()
  await first
  assert.equal(await textOf(sources, 'b1'), 'first')
})

test('what no build needs any more is removed, half an upload included', async (t) => {
  const { folder, sources } = await open(t)
  for (const id of ['b1', 'b2']) await sources.receive(id, bytesOf('x'), noEnd)
  await sources.keepOnly(new Set(['b2']))
  assert.deepEqual(await readdir(folder), ['b2'])
})
