import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostCordoned, type PressureMachine, planPressure } from './pressure-plan.ts'

const machine = (name: string, change: Partial<PressureMachine> = {}): PressureMachine => ({
  id: name,
  name,
  version: 1,
  isReady: true,
  availability: 'active',
  cordonLabel: null,
  role: 'worker',
  holds: [],
  worst: { severity: 0.2, words: 'its CPU is 18 % busy' },
  pressedMs: 0,
  calmMs: 600_000,
  isSpared: false,
  ...change,
})
const hot = (name: string, severity = 1.08, change: Partial<PressureMachine> = {}) =>
  machine(name, {
    worst: { severity, words: `its CPU is ${Math.round(severity * 92)} % busy` },
    pressedMs: 10_000,
    calmMs: 0,
    ...change,
  })
const cordoned = { availability: 'pause', cordonLabel: 'pressure' } as const
const calm = (count: number) => Array.from({ length: count }, (_, i) => machine(`calm${i + 1}`))

function decide(machines: PressureMachine[], more: Partial<Parameters<typeof planPressure>[0]> = {}) {
  const { step, heldBack } = planPressure({ machines, waiting: [], sinceChangeMs: 60_000, ...more })
  return {
    step: step && `${step.kind} ${step.machine.name}: ${step.reason}`,
    heldBack: heldBack.map((held) => `${held.machine.name}${held.because === 'enough' ? '' : `: ${held.because}`}`),
  }
}

test('a machine under pressure takes no new instances', () => {
  assert.deepEqual(decide([...calm(2), hot('burning')]), {
    step: 'cordon burning: its CPU is 99 % busy',
    heldBack: [],
  })
})

test('the worst one goes first', () => {
  assert.match(decide([...calm(8), hot('bad', 1.1), hot('worse', 1.4)]).step ?? '', /^cordon worse/)
})

test('a moment of pressure is none', () => {
  assert.equal(decide([...calm(2), hot('brief', 2, { pressedMs: 4_000 })]).step, null)
})

test('the machine that alone can run the server, and the last manager, are never cordoned', () => {
  const manager = { role: 'manager' } as const
  const others = [machine('m2', manager), ...calm(3)]
  const holder = hot('m1', 2, { ...manager, holds: ['server'] })
  assert.deepEqual(decide([holder, ...others]), { step: null, heldBack: ['m1: server'] })
  const last = hot('m1', 2, manager)
  assert.deepEqual(decide([last, ...calm(3)]), { step: null, heldBack: ['m1: manager'] })
  const personal = machine('m2', { ...manager, ...cordoned, cordonLabel: 'person' })
  assert.deepEqual(decide([last, personal, ...calm(3)]), { step: null, heldBack: ['m1: manager'] })
  assert.match(decide([last, ...others]).step ?? '', /^cordon m1/)
})

test('one that was cordoned before the server needed it is released', () => {
  const last = hot('m1', 2, { role: 'manager', ...cordoned })
  assert.match(decide([last, ...calm(3)]).step ?? '', /^release m1: Berth's server/)
})

test('another one under pressure is cordoned in its place', () => {
  const holder = hot('m1', 2, { role: 'manager', holds: ['server'] })
  const { step, heldBack } = decide([holder, hot('w1'), ...calm(2)])
  assert.match(step ?? '', /^cordon w1/)
  assert.deepEqual(heldBack, ['m1: server'])
})

test('at most three machines in ten are cordoned, and two always stay', () => {
  assert.deepEqual([1, 2, 3, 4, 6, 7, 10, 20].map(mostCordoned), [0, 0, 1, 1, 1, 2, 3, 6])
})

test('beyond that a machine under pressure goes on taking instances, and it is told', () => {
  assert.deepEqual(decide([machine('calm'), hot('burning')]), { step: null, heldBack: ['burning'] })
  const machines = [...calm(2), hot('first', 1.2, cordoned), hot('second')]
  assert.deepEqual(decide(machines), { step: null, heldBack: ['second'] })
})

test('machines that somebody drained, or that are down, are not there to be counted on', () => {
  const others = [
    machine('drained', { availability: 'drain', cordonLabel: 'drain' }),
    machine('paused', { availability: 'pause' }),
    machine('down', { isReady: false }),
  ]
  assert.deepEqual(decide([machine('calm'), hot('burning'), ...others]), { step: null, heldBack: ['burning'] })
})

test('what a person or somebody else paused is never touched, however it is', () => {
  for (const cordonLabel of ['person', 'drain', null] as const) {
    const paused = machine('paused', { availability: 'pause', cordonLabel, calmMs: 1_000_000 })
    assert.equal(decide([...calm(3), paused], { waiting: [['paused']] }).step, null)
    assert.equal(decide([...calm(3), hot('paused', 2, { availability: 'pause', cordonLabel })]).step, null)
  }
})

test('it takes them again once all has been well below the limits for two minutes', () => {
  const cooling = (calmMs: number) => machine('cooling', { ...cordoned, calmMs })
  assert.equal(decide([...calm(2), cooling(119_000)]).step, null)
  assert.equal(decide([...calm(2), cooling(120_000)]).step, 'release cooling: it has been calm for 120 s')
})

test('between two changes there are 15 seconds', () => {
  assert.equal(decide([...calm(2), hot('burning')], { sinceChangeMs: 14_999 }).step, null)
})

test('the least bad machine is released that can take an instance that waits', () => {
  const machines = [...calm(8), hot('bad', 1.1, cordoned), hot('worse', 1.4, cordoned)]
  assert.equal(
    decide(machines, { waiting: [['bad', 'worse']] }).step,
    'release bad: an instance waits that no other machine can take',
  )
  assert.match(decide(machines, { waiting: [['worse']] }).step ?? '', /^release worse/)
  assert.equal(decide(machines, { waiting: [[]] }).step, null, 'releasing would not help it')
})

test('what was released for that is not cordoned again at once', () => {
  assert.equal(decide([...calm(2), hot('spared', 2, { isSpared: true })]).step, null)
})

test('when machines go, so that too many are cordoned, the least bad one is released', () => {
  assert.match(decide([machine('last'), hot('hot', 1.2, cordoned)]).step ?? '', /^release hot: too few/)
})

test('a cordoned machine that nothing is known of is not taken for calm', () => {
  assert.equal(decide([...calm(2), machine('silent', { ...cordoned, worst: null, calmMs: 0 })]).step, null)
})
