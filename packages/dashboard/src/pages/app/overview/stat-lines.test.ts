import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InstanceSeries } from '@berth/contract'
import { instanceLines } from './stat-lines.ts'

const startAt = '2026-11-28T12:00:00.000Z'
const startS = Date.parse(startAt) / 1_000
const times = [startS, startS + 15, startS + 30]
const instance = (id: string, ...cpuRatio: (number | null)[]) =>
  ({ id, service: 'web', machine: 'one', startAt, stepMs: 15_000, points: { cpuRatio } }) as unknown as InstanceSeries

test('the busiest eight are drawn, the busiest first', () => {
  const instances = Array.from({ length: 10 }, (_, index) => instance(`i${index}`, index / 10, null, 0))
  const lines = instanceLines({ instances }, 'cpuRatio', times)
  assert.equal(lines.length, 8)
  assert.equal(lines[0]?.name, 'web i9')
  assert.deepEqual(lines[0]?.values, [0.9, null, 0])
})

test('an instance has the same colour whatever place it has', () => {
  const instances = [instance('a', 1), instance('b', 2)]
  const turned = [instance('a', 2), instance('b', 1)]
  const colourOf = (of: InstanceSeries[]) =>
    instanceLines({ instances: of }, 'cpuRatio', times).find(({ name }) => name === 'web a')?.colour
  assert.equal(colourOf(instances), colourOf(turned))
})
