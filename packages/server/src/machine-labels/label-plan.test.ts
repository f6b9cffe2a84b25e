import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeLabels, refuseEviction } from './label-plan.ts'

test('labels are set by name, and null takes one away', () => {
  const change = { zone: null, disk: 'ssd', gpu: 'a100', none: null }
  assert.deepEqual(changeLabels({ zone: 'a', disk: 'hdd', rack: '1' }, change), {
    disk: 'ssd',
    rack: '1',
    gpu: 'a100',
  })
})

const shop = { app: 'shop', service: 'web', on: { disk: 'ssd', zone: 'a' } }

test('a change that would end instances at once is refused, and says whose', () => {
  assert.throws(() => refuseEviction('worker1', { disk: 'hdd', zone: 'a' }, [shop]), {
    code: 'label_in_use',
    message: 'Instances on worker1 would be ended at once: shop (web) needs disk=ssd and zone=a',
    hint: /machines drain worker1/,
  })
  assert.throws(() => refuseEviction('worker1', { disk: 'ssd' }, [shop]), { code: 'label_in_use' })
})

test('a change that leaves what instances need is made', () => {
  refuseEviction('worker1', { disk: 'ssd', zone: 'a', rack: '2' }, [shop])
  refuseEviction('worker1', {}, [{ ...shop, on: {} }])
})
