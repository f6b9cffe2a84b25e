import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cacheKeeper } from './cache-keeper.ts'

const { signal } = new AbortController()
const huge = 1024 ** 5
const log = { debug() {}, info() {}, warn() {}, error() {} }

function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-cache-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const ledgerPath = join(folder, 'ledger.json')
  const cache = new Map<string, number>()
  const inUse = new Set<string>()
  const removed: string[] = []
  const engineState = { isGone: false }
  const keeper = cacheKeeper({
    ...{ ledgerPath, log },
    engine: {
      async listBuildCache() {
        if (engineState.isGone) throw new Error('gone')
        const more = { isShared: false, lastUsedAtMs: 1, parentIds: [] }
        return [...cache].map(([id, sizeBytes]) => ({ id, sizeBytes, isInUse: inUse.has(id), ...more }))
      },
      async removeBuildCache(ids) {
        for (const id of ids) if (cache.delete(id)) removed.push(id)
      },
    },
  })
  return { keeper, cache, inUse, removed, ledgerPath, engineState }
}

test('what came while a build ran is ours and kept within the budget; what was there before is not', async (t) => {
  const { keeper, cache, removed, ledgerPath } = setUp(t)
  cache.set('theirs', huge)
  const build = await keeper.begin()
  cache.set('ours', huge)
  await build.end()
  assert.deepEqual(removed, ['ours'])
  assert.deepEqual(JSON.parse(readFileSync(ledgerPath, 'utf8')), ['ours'])
})

test('what an earlier build left is still ours', async (t) => {
  const { keeper, cache, removed } = setUp(t)
  const first = await keeper.begin()
  cache.set('early', 1)
  await first.end()
  assert.deepEqual(removed, [])
  const second = await keeper.begin()
  cache.set('late', huge)
  await second.end()
  assert.deepEqual(removed.sort(), ['early', 'late'])
})

test('neither an engine that does not tell nor a broken ledger fails a build', async (t) => {
  const { keeper, ledgerPath, cache, engineState } = setUp(t)
  writeFileSync(ledgerPath, '["ou')
  const build = await keeper.begin()
  cache.set('ours', 1)
  await build.end()
  assert.deepEqual(JSON.parse(readFileSync(ledgerPath, 'utf8')), ['ours'])
  engineState.isGone = true
  await (await keeper.begin()).end()
})

test('what came while somebody else was building as well is nobody’s, and stays', async (t) => {
  const { keeper, cache, inUse, removed } = setUp(t)
  cache.set('theirs', 1)
  inUse.add('theirs')
  const build = await keeper.begin()
  cache.set('either', huge)
  inUse.clear()
  await build.end()
  assert.deepEqual(removed, [])
  assert.deepEqual(await keeper.look(signal), [])
})

test('a cleanup counts and removes what is ours, and nothing in use or of others, whatever it is asked', async (t) => {
  const { keeper, cache, inUse, removed } = setUp(t)
  cache.set('theirs', huge)
  const build = await keeper.begin()
  for (const id of ['old', 'used']) cache.set(id, 7)
  await build.end()
  inUse.add('used')
  assert.deepEqual(
    (await keeper.look(signal)).map(({ recordId, isUsed }) => [recordId, isUsed]),
    [
      ['old', false],
      ['used', true],
    ],
  )
  const outcome = await keeper.remove(['theirs', 'old', 'used'], signal)
  assert.deepEqual([outcome.removed, removed], [['old'], ['old']])
  assert.deepEqual(
    outcome.kept.map(({ recordId }) => recordId),
    ['theirs', 'used'],
  )
})

test('a machine whose engine does not tell has no cache that is known', async (t) => {
  const { keeper, ledgerPath, engineState } = setUp(t)
  writeFileSync(ledgerPath, '["ours"]')
  engineState.isGone = true
  assert.deepEqual(await keeper.look(signal), [])
})
