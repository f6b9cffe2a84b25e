import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine, type ObservedMachine } from '@berth/engine'
import { forecastRole, refuseRole } from './role-plan.ts'

const named = (name: string, change: Partial<ObservedMachine> = {}) => aMachine({ id: name, name, ...change })
const managers = (count: number) => Array.from({ length: count }, (_, index) => named(`m${index + 1}`))
const worker = named('w1', { role: 'worker' })

function forecast(machine: ObservedMachine, to: 'manager' | 'worker', others: ObservedMachine[]) {
  return forecastRole({ machine, to, machines: [machine, ...others] })
}
const figures = ({ managersNow, managersAfter, mayFailNow, mayFailAfter }: ReturnType<typeof forecastRole>) => [
  `${managersNow} -> ${managersAfter}`,
  `${mayFailNow} -> ${mayFailAfter}`,
]

test('tells how many managers there are and how many may fail, before and after', () => {
  const cases: [managers: number, change: string, mayFail: string][] = [
    [1, '1 -> 2', '0 -> 0'],
    [2, '2 -> 3', '0 -> 1'],
    [3, '3 -> 4', '1 -> 1'],
    [4, '4 -> 5', '1 -> 2'],
    [6, '6 -> 7', '2 -> 3'],
  ]
  for (const [count, change, mayFail] of cases) {
    assert.deepEqual(figures(forecast(worker, 'manager', managers(count))), [change, mayFail])
  }
  const [first = worker, ...rest] = managers(3)
  assert.deepEqual(figures(forecast(first, 'worker', rest)), ['3 -> 2', '1 -> 0'])
})

test('a manager that is down has failed already', () => {
  const [first = worker, second = worker, third = worker] = managers(3)
  const down = { ...third, isReady: false }
  assert.deepEqual(figures(forecast(worker, 'manager', [first, second, down])), ['3 -> 4', '0 -> 0'])
  assert.match(forecast(worker, 'manager', [first, second, down]).warnings.join(), /1 of 4 managers do not answer/)
})

test('warns of an even number and of a single manager', () => {
  assert.match(
    forecast(worker, 'manager', managers(1)).warnings.join(),
    /2 managers bear the loss of no more .* than 1/,
  )
  assert.deepEqual(forecast(worker, 'manager', managers(2)).warnings, [])
  const [first = worker, second = worker] = managers(2)
  assert.match(forecast(first, 'worker', [second]).warnings.join(), /With one manager/)
})

test('the last manager stays one', () => {
  const [only = worker] = managers(1)
  assert.match(forecast(only, 'worker', [worker]).refusal ?? '', /only manager/)
  assert.throws(() => refuseRole({ machine: only, to: 'worker', machines: [only, worker] }), { code: 'quorum_at_risk' })
})

test('what would lose the quorum is refused', () => {
  const [first = worker, second = worker, third = worker] = managers(3)
  const down = { ...third, isReady: false }
  assert.match(forecast(first, 'worker', [second, down]).refusal ?? '', /Of 2 managers 1 would answer, and 2 must/)
  assert.equal(forecast(down, 'worker', [first, second]).refusal, null, 'One that is down already can go')
  const asleep = { ...worker, isReady: false }
  assert.match(forecast(asleep, 'manager', [first]).refusal ?? '', /Of 2 managers 1 would answer/)
})

test('the machine that holds the server stays a manager, and that is said plainly', () => {
  const [first = worker, second = worker] = managers(2)
  const holder = { ...first, holds: ['server' as const] }
  assert.match(forecast(holder, 'worker', [second]).refusal ?? '', /holds the server/)
  const change = { machine: holder, to: 'worker' as const, machines: [holder, second] }
  assert.throws(() => refuseRole(change), { code: 'machine_holds_server' })
})

test('the role that it has already is neither refused nor warned of', () => {
  const [only = worker] = managers(1)
  const { refusal, warnings } = forecast(only, 'manager', [])
  assert.deepEqual([refusal, warnings], [null, []])
})
