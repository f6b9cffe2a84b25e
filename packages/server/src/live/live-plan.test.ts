import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LivePicture, settle } from './live-picture.ts'
import { planLiveEvents } from './live-plan.ts'
import { aDeployment, aMachine, anApp, anEvent, anInstance, aPicture, aRelocation, stats } from './test-picture.ts'

/** As the board does it: nothing is told of what is as before, whatever object it is by now. */
const plan = (before: LivePicture, after: LivePicture, areStatsDue = false) =>
  planLiveEvents(before, settle(before, structuredClone(after), areStatsDue))
const events = (...pictures: Parameters<typeof plan>) => plan(...pictures).map(({ event }) => event)

test('nothing is told of a picture that is as it was', () => {
  const picture = aPicture({
    apps: [anApp('shop')],
    machines: [aMachine('one', { stats: stats(0.5) })],
    activity: [anEvent('e1', 1)],
    focus: { shop: { instances: [anInstance('i1')], deployment: aDeployment('d1', 'shop') } },
  })
  assert.deepEqual(plan(picture, picture, true), [])
})

test('tells of apps that came, changed and went, and of no others', () => {
  const before = aPicture({ apps: [anApp('blog'), anApp('shop'), anApp('wiki')] })
  const down = anApp('shop', { state: 'down' })
  const after = aPicture({ apps: [anApp('blog'), anApp('new'), down] })
  assert.deepEqual(events(before, after), [
    { kind: 'app_removed', name: 'wiki' },
    { kind: 'app', app: anApp('new') },
    { kind: 'app', app: down },
  ])
})

test('an app is told to those who may see its project', () => {
  const [planned] = plan(aPicture(), aPicture({ apps: [anApp('shop', { project: 'team' })] }))
  assert.deepEqual(planned?.audience, { kind: 'project', project: 'team', focus: null })
})

test('an app that came back in another project is gone for those who saw the first, and then there for the others', () => {
  const moved = anApp('shop', { project: 'theirs' })
  assert.deepEqual(plan(aPicture({ apps: [anApp('shop')] }), aPicture({ apps: [moved] })), [
    { event: { kind: 'app_removed', name: 'shop' }, audience: { kind: 'project', project: 'default', focus: null } },
    { event: { kind: 'app', app: moved }, audience: { kind: 'project', project: 'theirs', focus: null } },
  ])
})

test('machines are told at once when one changes, and what they measure only when that is due', () => {
  const before = aPicture({
    machines: [aMachine('one', { stats: stats(0.1), lastSeenAt: '2030-01-01T00:00:00.000Z' })],
  })
  const busy = [aMachine('one', { stats: stats(0.9), lastSeenAt: '2030-01-01T00:00:01.000Z' })]
  const down = [aMachine('one', { stats: stats(0.9), state: 'down' })]
  assert.deepEqual(events(before, aPicture({ machines: busy })), [])
  assert.deepEqual(events(before, aPicture({ machines: busy }), true), [{ kind: 'machines', machines: busy }])
  assert.deepEqual(events(before, aPicture({ machines: down })), [{ kind: 'machines', machines: down }])
})

test('instances and the newest deployment are told to those who look at their app', () => {
  const apps = [anApp('shop')]
  const before = aPicture({
    apps,
    focus: { shop: { instances: [anInstance('i1')], deployment: aDeployment('d1', 'shop') } },
  })
  const instances = [anInstance('i1', 'failed'), anInstance('i2', 'starting')]
  const deployment = aDeployment('d1', 'shop', 'succeeded')
  const planned = plan(before, aPicture({ apps, focus: { shop: { instances, deployment } } }))
  assert.deepEqual(
    planned.map(({ event }) => event),
    [
      { kind: 'instances', instances },
      { kind: 'deployment', deployment },
    ],
  )
  assert.ok(planned.every(({ audience }) => audience.kind === 'project' && audience.focus === 'shop'))
})

test('who looks at an app that is made anew is told of its instances', () => {
  const focus = { shop: { instances: [anInstance('i1')] } }
  assert.deepEqual(
    events(aPicture(), aPicture({ apps: [anApp('shop')], focus })).map(({ kind }) => kind),
    ['app', 'instances'],
  )
})

test('what someone did is told once, oldest first, and what was too old for the last look is not', () => {
  const before = aPicture({ activity: [anEvent('e3', 3), anEvent('e2', 2)] })
  const after = aPicture({ activity: [anEvent('e5', 5), anEvent('e4', 4), anEvent('e3', 3), anEvent('e1', 1)] })
  assert.deepEqual(
    events(before, after).map((event) => event.kind === 'activity' && event.event.id),
    ['e4', 'e5'],
  )
})

test('what is about no project is for the one who did it', () => {
  const own = anEvent('e1', 1, { app: null, project: null, kind: 'signed_in' })
  assert.deepEqual(plan(aPicture(), aPicture({ activity: [own] }))[0]?.audience, { kind: 'actor', actor: 'ann' })
})

test('how a drain goes is told to admins of the platform, whenever it changes', () => {
  const before = aPicture({ relocations: [aRelocation('r1')] })
  const after = aPicture({ relocations: [aRelocation('r1', { words: '1 of 2 services moved' })] })
  assert.deepEqual(plan(before, before), [])
  const [planned] = plan(before, after)
  assert.deepEqual([planned?.event.kind, planned?.audience], ['relocations', { kind: 'admins' }])
})
