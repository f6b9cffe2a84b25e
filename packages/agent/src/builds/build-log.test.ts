import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BuildEvent } from '@berth/contract'
import { createBuildLog, mostLogBytes } from './build-log.ts'

function collect() {
  const texts: string[] = []
  const emit = async (event: BuildEvent) => {
    if (event.kind === 'lines') texts.push(...event.lines.map(({ text }) => text))
  }
  return { texts, log: createBuildLog(emit) }
}

test('lines come as they are', async () => {
  const { texts, log } = collect()
  await log.add(['a', 'b'])
  await log.close()
  assert.deepEqual(texts, ['a', 'b'])
})

test('a flood is cut, and the last lines are told at the end', async () => {
  const { texts, log } = collect()
  const line = 'x'.repeat(1024)
  for (let i = 0; i < mostLogBytes / 1024 + 1_000; i++) await log.add([line])
  await log.add(['the reason'])
  assert.equal(texts.length, mostLogBytes / 1024)
  await log.close()
  assert.equal(texts.at(-1), 'the reason')
  assert.match(texts[mostLogBytes / 1024] ?? '', /^\.\.\. 801 lines are left out/)
})

test('one endless line is cut as well', async () => {
  const { texts, log } = collect()
  await log.add(['x'.repeat(100_000)])
  assert.equal(texts[0]?.length, 8_000)
})
