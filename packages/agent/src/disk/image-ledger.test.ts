import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openImageLedger } from './image-ledger.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }

function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-ledger-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'state', 'images.json')
  const clock = { nowMs: 10 }
  return { path, clock, open: () => openImageLedger(path, { now: () => clock.nowMs, log }) }
}

test('what was noted is known to the next agent', async (t) => {
  const { open } = setUp(t)
  const ledger = await open()
  await ledger.noteStep('shop', { imageId: 'a', isNew: true })
  await ledger.notePull('nginx@sha256:b', { isNew: true })
  assert.deepEqual((await open()).read(), {
    steps: { a: { app: 'shop', usedAtMs: 10 } },
    pulls: { 'nginx@sha256:b': { usedAtMs: 10 } },
  })
})

test('what was here before Berth came to it is never noted, and what is known is used again', async (t) => {
  const { open, clock } = setUp(t)
  const ledger = await open()
  await ledger.noteStep('shop', { imageId: 'theirs', isNew: false })
  await ledger.notePull('nginx@sha256:b', { isNew: false })
  assert.deepEqual(ledger.read(), { steps: {}, pulls: {} })
  await ledger.noteStep('shop', { imageId: 'a', isNew: true })
  clock.nowMs = 20
  await ledger.noteStep('blog', { imageId: 'a', isNew: false })
  assert.deepEqual(ledger.read().steps, { a: { app: 'shop', usedAtMs: 20 } })
})

test('what is gone from the machine is dropped, but not what came after the look', async (t) => {
  const { open, clock } = setUp(t)
  const ledger = await open()
  for (const imageId of ['gone', 'there']) await ledger.noteStep('shop', { imageId, isNew: true })
  clock.nowMs = 20
  await ledger.noteStep('shop', { imageId: 'late', isNew: true })
  await ledger.keepOnly({ imageIds: new Set(['there']), names: new Set() }, 15)
  assert.deepEqual(Object.keys((await open()).read().steps), ['there', 'late'])
})

test('a ledger that cannot be read is an empty one: then nothing is Berth’s', async (t) => {
  const { path, open } = setUp(t)
  await (await open()).noteStep('shop', { imageId: 'a', isNew: true })
  writeFileSync(path, '{"steps"')
  assert.deepEqual((await open()).read(), { steps: {}, pulls: {} })
})
