import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MachineSample, machineMeasures } from '@berth/contract'
import { Registry } from 'prom-client'
import { registerMachineGauges } from './machine-gauges.ts'

const sample = (machine: string, change: Partial<MachineSample>) =>
  ({ ...Object.fromEntries(machineMeasures.map((name) => [name, null])), machine, ...change }) as MachineSample

test('each machine that is heard has its gauges, without those that nobody measured', async () => {
  const registry = new Registry()
  let newest = [sample('one', { cpuRatio: 0.25, load1: 2 }), sample('two', { cpuRatio: 0 })]
  registerMachineGauges(registry, () => newest)
  const lines = async () => (await registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'))
  assert.deepEqual(await lines(), [
    'berth_machine_cpu_ratio{machine="one"} 0.25',
    'berth_machine_cpu_ratio{machine="two"} 0',
    'berth_machine_load1{machine="one"} 2',
  ])
  newest = [sample('two', { cpuRatio: 1 })]
  assert.deepEqual(await lines(), ['berth_machine_cpu_ratio{machine="two"} 1'])
})
