import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StatsEvent } from '@berth/contract'
import type { Caller } from '../gate/caller.ts'
import { secondOf } from './second.ts'
import { type StatsScope, statsBoard } from './stats-board.ts'

const nothing = {
  cpuRatio: 0,
  memoryBytes: 0,
  networkReceivedBytesPerSecond: 0,
  networkSentBytesPerSecond: 0,
  diskReadBytesPerSecond: 0,
  diskWrittenBytesPerSecond: 0,
  outOfMemoryKills: 0,
}
const instance = (id: string, app: string) => ({ id, app, service: 'web', machine: 'one', ...nothing })
const app = (name: string) => ({
  ...{ app: name, ...nothing, instances: 1 },
  ...{ requestsPerSecond: 1, errorsPerSecond: 0, inFlight: 0 },
})
const second = (atMs: number) => ({
  ...secondOf(atMs, new Map(), new Map()),
  apps: [app('shop'), app('blog'), app('removed')],
  instances: [instance('a', 'shop'), instance('b', 'blog'), instance('c', 'removed')],
})

function setUp() {
  let newest: ReturnType<typeof second> | undefined
  const listeners = new Set<(news: ReturnType<typeof second>) => void>()
  let looks = 0
  const board = statsBoard({
    keeper: {
      newest: () => newest,
      onSecond(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    async listApps() {
      looks++
      return [
        { name: 'shop', project: 'ours' },
        { name: 'blog', project: 'theirs' },
      ]
    },
  })
  function tell(atMs: number) {
    newest = second(atMs)
    for (const listener of listeners) listener(newest)
  }
  return { board, tell, listeners, looks: () => looks }
}

const sees = (...projects: string[]): Pick<Caller, 'accessTo'> => ({
  accessTo: (project) => (projects.includes(project) ? 'read' : null),
})
const scope = (change: Partial<StatsScope> = {}): StatsScope => ({
  caller: sees('ours', 'theirs'),
  app: undefined,
  hasInstances: true,
  ...change,
})
const shown = ({ apps, instances }: StatsEvent) => [apps.map(({ app }) => app), instances.map(({ id }) => id)]

async function firstOf(board: ReturnType<typeof statsBoard>, of: StatsScope) {
  const stream = board.follow(of, new AbortController().signal)
  const { value } = await stream.next()
  await stream.return(undefined)
  return value
}

test('tells of what the caller may see, and of nothing that belongs to no app', async () => {
  const { board, tell } = setUp()
  tell(1_000)
  const see = async (of: Partial<StatsScope>) => shown((await firstOf(board, scope(of))).shared)
  assert.deepEqual(await see({}), [
    ['shop', 'blog'],
    ['a', 'b'],
  ])
  assert.deepEqual(await see({ caller: sees('ours') }), [['shop'], ['a']])
  assert.deepEqual(await see({ caller: sees() }), [[], []])
  assert.deepEqual(await see({ app: 'blog' }), [['blog'], ['b']])
  assert.deepEqual(await see({ app: 'blog', caller: sees('ours') }), [[], []])
  assert.deepEqual(await see({ hasInstances: false }), [['shop', 'blog'], []])
})

test('callers who see the same share what is made for one of them', async () => {
  const { board, tell, looks } = setUp()
  tell(1_000)
  const one = await firstOf(board, scope({ caller: sees('ours') }))
  const other = await firstOf(board, scope({ caller: sees('ours', 'nowhere') }))
  assert.equal(one, other)
  assert.notEqual(one, await firstOf(board, scope()))
  assert.equal(looks(), 1)
})

test('each second comes once, and whoever is slow gets the newest', async () => {
  const { board, tell, listeners } = setUp()
  const stop = new AbortController()
  const stream = board.follow(scope(), stop.signal)
  const waiting = stream.next()
  tell(1_000)
  assert.equal((await waiting).value?.shared.at, '1970-01-01T00:00:01.000Z')
  tell(2_000)
  tell(3_000)
  assert.equal((await stream.next()).value?.shared.at, '1970-01-01T00:00:03.000Z')
  const ended = assert.rejects(stream.next())
  stop.abort()
  await ended
  assert.equal(listeners.size, 0)
})
