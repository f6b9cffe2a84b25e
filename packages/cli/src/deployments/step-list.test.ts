import assert from 'node:assert/strict'
import { test } from 'node:test'
import pc from 'picocolors'
import { failed, sampleApp, sampleTime, stepsAt, succeeded } from '../samples.ts'
import { describeStepLine } from '../terminal/step-lines.ts'
import { fitting, stepsToPrint } from '../terminal/step-view.ts'
import { textWidth } from '../terminal/text-width.ts'
import { describeFailure, describeSuccess } from './outcome.ts'
import { renderSteps, stepLineOf } from './step-list.ts'

const colors = pc.createColors(false)
const look = { colors, isColored: false }
const at = (seconds: number) => Date.parse(sampleTime) + seconds * 1000

test('a frame in the middle of a deployment', () => {
  const steps = stepsAt('start', 'running', '2 of 3 instances running')
  assert.deepEqual(renderSteps({ steps }, { nowMs: at(4.24), width: 80, colors }), [
    '  ✓ Find the image            1.0 s',
    '  ✓ Record the release        1.0 s',
    '  ✓ Pull the image            1.0 s',
    '  › Start the instances       1.2 s  2 of 3 instances running',
    '  · Check their health',
    '  · Switch the route',
    '  · Drain the old release',
  ])
})

test('a step that failed and one that was not needed', () => {
  const steps = stepsAt('check', 'failed', 'instance 3 exits at once').map((step) =>
    step.stage === 'pull' ? { ...step, state: 'skipped' as const } : step,
  )
  const lines = renderSteps({ steps }, { nowMs: at(60), width: 80, colors })
  assert.equal(lines[2], '  – Pull the image                   not needed')
  assert.equal(lines[4], '  ✗ Check their health        1.0 s  instance 3 exits at once')
})

test('no line is wider than the terminal', () => {
  const steps = stepsAt('pull', 'running', 'a long story '.repeat(20))
  for (const width of [10, 33, 35, 36, 40, 80]) {
    const painted = renderSteps({ steps }, { nowMs: at(3), width, colors: pc.createColors(true) })
    for (const line of painted) assert.ok(textWidth(line) <= width, `${width}: ${line}`)
  }
})

test('a detail cannot drive the terminal', () => {
  const steps = stepsAt('pull', 'running', '\u001b[2Jx\ny')
  assert.match(renderSteps({ steps }, { nowMs: at(3), width: 80, colors })[2] ?? '', /1\.0 s {2}xy$/)
})

test('a clock behind the server never shows a negative time', () => {
  const steps = stepsAt('pull', 'running')
  assert.match(renderSteps({ steps }, { nowMs: at(-100), width: 80, colors })[2] ?? '', /0\.0 s$/)
})

test('a log file gets a line in words when a step ends', () => {
  const before = stepsAt('pull', 'running', '1 of 3').map(stepLineOf)
  const after = stepsAt('start', 'running', '0 of 3').map(stepLineOf)
  const [step, ...others] = stepsToPrint(before, after, { isDetailDue: false })
  assert.ok(step)
  assert.deepEqual(others, [])
  assert.equal(describeStepLine(step, { nowMs: at(9), titleWidth: 21 }), 'done     Pull the image            1.0 s')
})

test('a log file learns what a long step does, but not the same twice', () => {
  const first = stepsAt('pull', 'running', '1 of 3').map(stepLineOf)
  const second = stepsAt('pull', 'running', '2 of 3').map(stepLineOf)
  assert.deepEqual(stepsToPrint(first, second, { isDetailDue: false }), [])
  assert.equal(stepsToPrint(first, second, { isDetailDue: true })[0]?.detail, '2 of 3')
  assert.deepEqual(stepsToPrint(second, second, { isDetailDue: true }), [])
})

test('where not all steps fit, what is done makes room', () => {
  const steps = stepsAt('check', 'running').map(stepLineOf)
  const { shown, hidden } = fitting(steps, 4)
  assert.deepEqual(
    [shown.map(({ title }) => title), hidden],
    [['Check their health', 'Switch the route', 'Drain the old release'], 4],
  )
  assert.deepEqual(fitting(steps, 7), { shown: steps, hidden: 0 })
})

test('a success says where and how long', () => {
  assert.equal(describeSuccess(succeeded, look), '✓ hello v2 answers at http://hello.localhost/ (7.0 s)')
  assert.equal(describeSuccess({ ...succeeded, url: null }, look), '✓ hello v2 runs (7.0 s)')
})

test('a failure says why, what to do, the last lines and what serves', () => {
  assert.deepEqual(describeFailure(failed, sampleApp, look), [
    'error: The program exits at once, with exit code 1',
    'hint: See its last lines',
    '',
    'The last lines that it wrote:',
    '  | boom there',
    '\nv1 goes on serving at http://hello.localhost/',
  ])
})

test('nothing is said to serve that does not', () => {
  const last = (app: typeof sampleApp | undefined) => describeFailure(failed, app, look).at(-1)
  assert.equal(
    last({ ...sampleApp, releaseVersion: null }),
    '\nNothing serves hello yet: no release of it has come up.',
  )
  assert.equal(
    last({ ...sampleApp, state: 'down', readyReplicas: 0, reason: '0 of 2 instances up' }),
    '\nv1 is down: 0 of 2 instances up.',
  )
  assert.equal(last(undefined), '  | boom there')
})
