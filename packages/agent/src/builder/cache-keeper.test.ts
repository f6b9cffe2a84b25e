import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cacheKeeper } from './cache-keeper.ts'

const huge = 1024 ** 5
const log = { debug() {}, info() {}, warn() {}, error() {} }

function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-cache-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const ledgerPath = join(folder, 'ledger.json')
  const cache = new Map<string, number>()
  const removed: string[] = []
  const engineState = { isGone: false }
  const keeper = cacheKeeper({
    ...{ ledgerPath, log },
    engine: {
      async listBuildCache() {
        if (engineState.isGone) throw new Error('gone')
        const more = { isInUse: false, isShared: false, lastUsedAtMs: 1 }
        return [...cache].map(([id, sizeBytes]) => ({ id, sizeBytes, ...more }))
      },
      removeBuildCache: async (ids) => void removed.push(...ids),
    },
  })
  return { keeper, cache, removed, ledgerPath, engineState }
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
