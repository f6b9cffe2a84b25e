import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toldInstances } from './told-instances.ts'

const at = (service: string, address: string) => ({ service, network: 'n', running: [address], passing: [] })

function told() {
  const time = { nowMs: 0 }
  return { time, told: toldInstances(() => time.nowMs) }
}

test('changes are added to the whole that came before, and a new whole replaces it', () => {
  const { told: instances } = told()
  instances.hear({ isWhole: true, services: [at('a', '1'), at('b', '2')], gone: [] })
  instances.hear({ isWhole: false, services: [at('b', '3'), at('c', '4')], gone: ['a'] })
  assert.deepEqual(
    [...(instances.services() ?? [])].map(([name, { running }]) => [name, ...running]),
    [
      ['b', '3'],
      ['c', '4'],
    ],
  )
  instances.hear({ isWhole: true, services: [at('d', '5')], gone: [] })
  assert.deepEqual([...(instances.services()?.keys() ?? [])], ['d'])
})

test('what was said before the machine stood still is good for nothing', () => {
  const { told: instances } = told()
  instances.hear({ isWhole: true, services: [], gone: [] })
  instances.forget()
  assert.equal(instances.services(), undefined)
})

test('a word is good while it is renewed, and then no longer', () => {
  const { time, told: instances } = told()
  assert.equal(instances.services(), undefined)
  instances.hear({ isWhole: true, services: [], gone: [] })
  time.nowMs = 9_000
  instances.hear({ isWhole: false, services: [], gone: [] })
  time.nowMs = 19_000
  assert.ok(instances.services())
  time.nowMs = 19_001
  assert.equal(instances.services(), undefined)
})
