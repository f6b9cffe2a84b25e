import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as aMoment, setTimeout as delay } from 'node:timers/promises'
import type { AppFigures, LiveEvent } from '@berth/contract'
import pino from 'pino'
import { createChanges } from '../changes.ts'
import type { FigureStep } from '../figures/figure-keeper.ts'
import { testCaller } from '../gate/test-caller.ts'
import { liveBoard, type SharedEvent } from './live-board.ts'
import type { LivePicture } from './live-picture.ts'
import { aDeployment, anApp, anEvent, anInstance, aPicture, aRelocation } from './test-picture.ts'

const admin = testCaller('root', 'admin')
const member = testCaller('ann', 'read', ['team'])
const figures: AppFigures = {
  requestsPerSecond: 1,
  errorsPerSecond: 0,
  inFlight: 0,
  cpuRatio: 0.1,
  memoryBytes: 1,
}

/** A board over a picture that the test changes. */
function setUp(t: TestContext) {
  const stop = new AbortController()
  t.after(() => stop.abort())
  const world = { picture: aPicture(), looks: 0, isBroken: false }
  const steps = new Set<(step: FigureStep) => void>()
  const changes = createChanges()
  const board = liveBoard({
    async readPicture(focus) {
      world.looks++
      if (world.isBroken) throw new Error('database is away')
      const { picture } = world
      return { ...picture, focus: new Map([...picture.focus].filter(([name]) => focus.has(name))) }
    },
    changes,
    figures: {
      onStep(listener) {
        steps.add(listener)
        return () => void steps.delete(listener)
      },
    },
    log: pino({ level: 'silent' }),
    signal: stop.signal,
    times: { lookEveryMs: 60_000, gapMs: 1 },
  })

  function open(caller = admin, app?: string) {
    const leave = new AbortController()
    t.after(() => leave.abort())
    const stream = board.follow({ caller, app }, leave.signal)
    const nextShared = async (): Promise<SharedEvent> => (await stream.next()).value
    const next = async (): Promise<LiveEvent> => (await nextShared()).shared
    return { leave, next, nextShared, stream }
  }
  function show(picture: LivePicture) {
    world.picture = picture
    changes.notify()
  }
  const step = (names: string[]) => {
    for (const tell of steps) tell({ atMs: 0, apps: new Map(names.map((name) => [name, figures])) })
  }
  /** After the board has looked again, and told what it saw. */
  async function looked(before: number) {
    await t.waitFor(() => assert.ok(world.looks > before))
    await aMoment()
  }
  return { world, board, open, show, step, steps, looked }
}

test('the first event is a snapshot, and then only what changes is told', async (t) => {
  const { world, open, show } = setUp(t)
  world.picture = aPicture({ apps: [anApp('shop')] })
  const { next } = open()
  assert.deepEqual(await next(), {
    kind: 'snapshot',
    apps: [anApp('shop')],
    machines: [],
    instances: [],
    deployments: [],
    relocations: [],
  })
  const down = anApp('shop', { state: 'down' })
  show(aPicture({ apps: [down] }))
  assert.deepEqual(await next(), { kind: 'app', app: down })
})

test('a caller is shown only the apps, figures and activity of projects that they may see', async (t) => {
  const { world, open, show, step } = setUp(t)
  const ours = anApp('ours', { project: 'team' })
  const theirs = anApp('theirs', { project: 'other' })
  world.picture = aPicture({ apps: [ours, theirs] })
  const { next } = open(member)
  const snapshot = await next()
  assert.deepEqual(snapshot.kind === 'snapshot' && snapshot.apps, [ours])
  step(['ours', 'theirs', 'unheard-of'])
  assert.deepEqual(await next(), { kind: 'figures', at: '1970-01-01T00:00:00.000Z', apps: { ours: figures } })
  const activity = [
    anEvent('e4', 4, { project: 'other' }),
    anEvent('e3', 3, { project: null, app: null, actor: 'someone' }),
    anEvent('e2', 2, { project: null, app: null, actor: 'ann' }),
    anEvent('e1', 1, { project: 'team' }),
  ]
  const removed = aPicture({ apps: [{ ...ours, state: 'down' }], activity })
  show(removed)
  const told = [await next(), await next(), await next()]
  assert.deepEqual(
    told.map((event) => (event.kind === 'activity' ? event.event.id : event.kind)),
    ['app', 'e1', 'e2'],
  )
})

test('instances and the deployment are shown to who looks at the app, from the first snapshot on', async (t) => {
  const { world, open, show } = setUp(t)
  const apps = [anApp('blog'), anApp('shop')]
  const focus = { shop: { instances: [anInstance('i1')], deployment: aDeployment('d1', 'shop') } }
  world.picture = aPicture({ apps, focus })
  const elsewhere = open(admin, 'blog')
  await elsewhere.next()
  const here = open(admin, 'shop')
  const snapshot = await here.next()
  assert.deepEqual(snapshot.kind === 'snapshot' && [snapshot.instances, snapshot.deployments], [
    focus.shop.instances,
    [focus.shop.deployment],
  ])
  const ended = [anInstance('i1', 'failed')]
  const blogDown = anApp('blog', { state: 'down' })
  show(aPicture({ apps: [blogDown, anApp('shop')], focus: { shop: { ...focus.shop, instances: ended } } }))
  assert.deepEqual(await here.next(), { kind: 'app', app: blogDown })
  assert.deepEqual(await here.next(), { kind: 'instances', instances: ended })
  assert.deepEqual(await elsewhere.next(), { kind: 'app', app: blogDown })
  show(aPicture({ apps: [anApp('blog'), anApp('shop')], focus: { shop: { ...focus.shop, instances: ended } } }))
  assert.deepEqual(await elsewhere.next(), { kind: 'app', app: anApp('blog') })
})

test('what is told to many is made once, also the snapshot of all who see the same', async (t) => {
  const { world, open, show, step, looked } = setUp(t)
  world.picture = aPicture({ apps: [anApp('shop', { project: 'team' })] })
  const streams = [open(), open(), open(member)]
  const same = async () => new Set(await Promise.all(streams.map(({ nextShared }) => nextShared()))).size
  assert.equal(await same(), 1)
  show(aPicture({ apps: [anApp('shop', { project: 'team', state: 'down' })] }))
  assert.equal(await same(), 1)
  step(['shop'])
  assert.equal(await same(), 1)
  const looks = world.looks
  show(world.picture)
  await looked(looks)
  assert.equal(world.looks, looks + 1)
})

test('a reader who falls behind is given a new snapshot instead of all that was missed', async (t) => {
  const { world, open, show, step, looked } = setUp(t)
  world.picture = aPicture({ apps: [anApp('shop')] })
  const slow = open()
  await slow.next()
  for (let i = 0; i < 1_000; i++) step(['shop'])
  const stopped = anApp('shop', { state: 'stopped' })
  const { looks } = world
  show(aPicture({ apps: [stopped] }))
  await looked(looks)
  const caughtUp = await slow.next()
  assert.deepEqual(caughtUp.kind === 'snapshot' && caughtUp.apps, [stopped])
  step(['shop'])
  assert.equal((await slow.next()).kind, 'figures')
})

test('looks at nothing while nobody follows, and anew for the next who does', async (t) => {
  const { world, board, open, show, steps } = setUp(t)
  const first = open()
  await first.next()
  const waiting = first.next()
  first.leave.abort(new Error('left'))
  await assert.rejects(waiting, /left/)
  assert.equal(board.followers(), 0)
  show(world.picture) // Ends its wait.
  await t.waitFor(() => assert.equal(steps.size, 0))
  const { looks } = world
  show(aPicture({ apps: [anApp('shop')] }))
  await delay(20)
  assert.equal(world.looks, looks)
  const snapshot = await open().next()
  assert.deepEqual(snapshot.kind === 'snapshot' && snapshot.apps, [anApp('shop')])
})

test('a look that fails ends nobody’s stream, and what was missed is told by the next', async (t) => {
  const { world, open, show, looked } = setUp(t)
  world.picture = aPicture({ apps: [anApp('shop')] })
  const { next } = open()
  await next()
  world.isBroken = true
  const { looks } = world
  show(aPicture())
  await looked(looks)
  world.isBroken = false
  show(aPicture())
  assert.deepEqual(await next(), { kind: 'app_removed', name: 'shop' })
})

test('a drain, which names apps of all projects, is shown to admins of the platform alone', async (t) => {
  const { world, open } = setUp(t)
  world.picture = aPicture({ relocations: [aRelocation('r1')] })
  const seen = []
  for (const caller of [admin, member]) {
    const event = await open(caller).next()
    seen.push(event.kind === 'snapshot' && event.relocations.length)
  }
  assert.deepEqual(seen, [1, 0])
})
