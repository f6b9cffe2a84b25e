import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine } from '@berth/engine'
import { aStep } from './a-step.ts'
import { type DrainFacts, firstSteps, planDrain } from './drain-plan.ts'
import type { ServiceFacts } from './relocation-facts.ts'
import { aDrain, aServiceOn, factsOf } from './some-facts.ts'

const facts = (services: ServiceFacts[], change: Partial<DrainFacts> = {}): DrainFacts => ({
  ...factsOf(services),
  stalledMs: 0,
  isEmptied: false,
  ...change,
})
const onA = (app: string, change: Partial<ServiceFacts> = {}) => aServiceOn(app, [1], change)
const stepOn = (app: string, change: Parameters<typeof aStep>[0] = {}) =>
  aStep({ app, serviceName: `${app}-web-r1`, machineId: 'a', from: 'machine-a', ...change })
const holding = (holds: ('server' | 'registry')[]) =>
  factsOf([]).machines.map((machine) => (machine.id === 'a' ? aMachine({ ...machine, holds }) : machine))

test('a drain has a step for each service with instances on the machine, and for no other', () => {
  const steps = firstSteps(aDrain(), factsOf([onA('shop'), aServiceOn('blog', [0, 2])]))
  assert.deepEqual(
    steps.map(({ app, from, phase }) => [app, from, phase]),
    [['shop', 'machine-a', 'waiting']],
  )
})

test('four services move at once, and the next as soon as one is done', () => {
  const apps = ['a', 'b', 'c', 'd', 'e'].map((name) => `app-${name}`)
  const services = apps.map((app) => onA(app))
  const { row } = planDrain(aDrain({ steps: apps.map((app) => stepOn(app)) }), facts(services))
  assert.deepEqual(
    row.steps.map(({ phase }) => phase),
    ['surge', 'surge', 'surge', 'surge', 'waiting'],
  )
  const [first, ...others] = row.steps
  assert.ok(first)
  const later = planDrain(
    { ...row, steps: [{ ...first, phase: 'done' }, ...others] },
    facts([aServiceOn('app-a', [0, 1]), ...services.slice(1)]),
  )
  assert.equal(later.row.steps.at(-1)?.phase, 'surge')
})

test('a service that waits for its deployment takes no place from others', () => {
  const services = [onA('slow', { isDeploying: true }), ...['a', 'b', 'c', 'd'].map((name) => onA(`app-${name}`))]
  const { row } = planDrain(aDrain({ steps: services.map(({ app }) => stepOn(app)) }), facts(services))
  assert.deepEqual(
    row.steps.map(({ phase }) => phase),
    ['waiting', 'surge', 'surge', 'surge', 'surge'],
  )
})

test('what turns up on the machine later gets a step, too', () => {
  const { row } = planDrain(aDrain({ steps: [stepOn('shop', { phase: 'done' })] }), facts([onA('late')]))
  assert.deepEqual(
    row.steps.map(({ app, phase }) => [app, phase]),
    [
      ['shop', 'done'],
      ['late', 'surge'],
    ],
  )
})

test('an empty machine is drained in the engine, and one that holds a part of Berth is only paused', () => {
  const done = aDrain({ steps: [stepOn('shop', { phase: 'done' })] })
  const empty = planDrain(done, facts([aServiceOn('shop', [0, 1])]))
  assert.deepEqual([empty.row.state, empty.row.words, empty.availability], ['succeeded', '1 service moved', 'drain'])
  const held = planDrain(done, facts([], { machines: holding(['server']) }))
  assert.deepEqual([held.row.state, held.availability], ['succeeded', 'pause'])
  assert.match(held.row.words ?? '', /Berth's server must stay there/)
})

test('nobody is told that it is drained while an old instance still finishes its requests', () => {
  const stopping = aServiceOn('shop', [0, 1], { stopping: { a: 1 } })
  const { row } = planDrain(aDrain({ steps: [stepOn('shop', { phase: 'done' })] }), facts([stopping]))
  assert.deepEqual([row.state, row.words], ['running', 'the last instances stop'])
})

test('a machine that is gone from the cluster is drained', () => {
  const { row } = planDrain(aDrain({ steps: [stepOn('shop')] }), facts([], { machines: factsOf([]).machines.slice(1) }))
  assert.equal(row.state, 'succeeded')
})

test('one that comes no further for too long fails, says what stands in its way, and gives the machine back', () => {
  const stuck = onA('shop', { unplaced: { words: 'no suitable node', count: 1 } })
  const row = aDrain({ steps: [stepOn('shop', { phase: 'move', upBefore: 1 })] })
  const { row: failed, availability } = planDrain(row, facts([stuck], { stalledMs: 301_000 }))
  assert.deepEqual([failed.state, availability], ['failed', 'active'])
  assert.equal(
    failed.failure?.message,
    'shop (1 instance still there: no suitable node) could not be moved off machine-a',
  )
})

test('a deployment that takes long, or an instance that takes long to stop, is no reason to fail', () => {
  const late = { stalledMs: 3_600_000 }
  const waiting = aDrain({ steps: [stepOn('shop')] })
  assert.equal(planDrain(waiting, facts([onA('shop', { isDeploying: true })], late)).row.state, 'running')
  const moving = aDrain({ steps: [stepOn('shop', { phase: 'move', upBefore: 1 })] })
  assert.equal(
    planDrain(moving, facts([aServiceOn('shop', [0, 1], { stopping: { a: 1 } })], late)).row.state,
    'running',
  )
})

test('with force what finds no place is stopped, but never where that would stop Berth itself', () => {
  const row = aDrain({ isForced: true, steps: [stepOn('shop', { phase: 'move', upBefore: 1 })] })
  const { row: next, availability } = planDrain(row, facts([onA('shop')], { stalledMs: 31_000 }))
  assert.deepEqual([next.state, next.steps[0]?.phase, availability], ['running', 'skipped', 'drain'])
  const emptied = planDrain(next, facts([onA('shop')], { isEmptied: true }))
  assert.deepEqual([emptied.row.state, emptied.row.steps.length], ['running', 1])
  assert.equal(planDrain(next, facts([aServiceOn('shop', [0, 0])], { isEmptied: true })).row.state, 'succeeded')
  const held = planDrain(row, facts([onA('shop')], { stalledMs: 31_000, machines: holding(['server']) }))
  assert.equal(held.row.state, 'failed')
})

test('a look that sees nothing new gives the same row', () => {
  const steps = [stepOn('shop', { phase: 'move', surge: 1, upBefore: 1, words: '1 instance still there' })]
  const row = aDrain({ steps, words: '0 of 1 service moved' })
  assert.equal(planDrain(row, facts([onA('shop')])).row, row)
})
