import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainGroup, plainSteps } from './steps.ts'

const withoutTimes = (lines: string[]) => lines.map((line) => line.replace(/\(.*\)/, '(time)'))

test('a step gives back what its work gave, and is shown with its result and its time', async () => {
  const lines: string[] = []
  const step = plainSteps((line) => lines.push(line))
  const value = await step('Swarm', async ({ progress, result }) => {
    progress('looking')
    result('made')
    return 7
  })
  assert.equal(value, 7)
  assert.deepEqual(withoutTimes(lines), ['done    Swarm: made  (time)'])
})

test('a step that fails is shown as such and throws on', async () => {
  const lines: string[] = []
  const step = plainSteps((line) => lines.push(line))
  await assert.rejects(
    step('Swarm', () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.deepEqual(withoutTimes(lines), ['failed  Swarm  (time)'])
})

test('of several at once, one that fails keeps no other from its end, and each line says whose it is', async () => {
  const lines: string[] = []
  const group = plainGroup((line) => lines.push(line.replace(/ {2}\(.*\)$/, '')))
  const outcomes = await group(['a', 'b'], (title, step) =>
    step('Start', async () => {
      if (title === 'a') throw new Error('no')
    }),
  )
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  )
  assert.deepEqual(lines.sort(), ['done    b', 'done    b: Start', 'failed  a', 'failed  a: Start'])
})
