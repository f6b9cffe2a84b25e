import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BuildLogLine, type Client, PlatformError } from '@berth/contract'
import { createLogRing } from '../logs/log-ring.ts'
import { createBuildLogFeed } from './build-log-feed.ts'

type Script = { texts: string[]; thenBreak?: PlatformError }

/** Each connection plays the next script; resolves when the feed has come to its end. */
async function play(...scripts: Script[]) {
  const skips: unknown[] = []
  async function* connect(_: unknown, { query }: { query: { skip: number } }): AsyncGenerator<BuildLogLine> {
    skips.push(query.skip)
    const { texts, thenBreak } = scripts[skips.length - 1] ?? { texts: [] }
    for (const text of texts) yield { at: new Date(0).toISOString(), text }
    if (thenBreak) throw thenBreak
  }
  const ring = createLogRing({ mostLines: 100, mostCharacters: 1e6 })
  const over = Promise.withResolvers<void>()
  const feed = createBuildLogFeed({
    ...{ client: { stream: connect } as unknown as Pick<Client, 'stream'>, app: 'shop', buildId: 'b1', ring },
    ...{ random: () => 0, onChange: () => ['ended', 'over'].includes(feed.getState().kind) && over.resolve() },
  })
  feed.start()
  await over.promise
  const texts = Array.from({ length: ring.length() }, (_, index) => ring.get(index)?.text)
  return { texts, skips, state: feed.getState() }
}

test('after a break it goes on where it was, and ends with the build', async () => {
  const broken = new PlatformError('engine_unavailable', 'The connection broke')
  const { texts, skips, state } = await play({ texts: ['a', 'b'], thenBreak: broken }, { texts: ['c'] })
  assert.deepEqual([texts, skips, state.kind], [['a', 'b', 'c'], [0, 2], 'ended'])
})

test('what trying again would not change is told', async () => {
  const refused = new PlatformError('build_not_found', 'There is no such build')
  const { state } = await play({ texts: [], thenBreak: refused })
  assert.deepEqual(state, { kind: 'over', error: refused })
})
