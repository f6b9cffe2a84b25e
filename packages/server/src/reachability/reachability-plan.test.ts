import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Way } from '@berth/contract'
import { type Askable, chooseTriers, describeTroubles, judge } from './reachability-plan.ts'

const askable = (count: number, isManager: boolean, prefix: string): Askable[] =>
  Array.from({ length: count }, (_, index) => ({ name: `${prefix}${String(index).padStart(4, '0')}`, isManager }))

test('of a thousand machines twenty try, the managers among them and the others from everywhere', () => {
  const all = [...askable(997, false, 'w'), ...askable(3, true, 'm')]
  const chosen = chooseTriers(all, 20).map(({ name }) => name)
  assert.equal(new Set(chosen).size, 20)
  assert.deepEqual(chosen.slice(0, 4), ['m0000', 'm0001', 'm0002', 'w0000'])
  assert.ok((chosen.at(-1) ?? '') > 'w0900')
  assert.deepEqual(chooseTriers(all.toReversed(), 20), chooseTriers(all, 20))
})

test('where there are fewer, all try', () => {
  assert.equal(chooseTriers(askable(3, false, 'w'), 20).length, 3)
  assert.deepEqual(chooseTriers([], 20), [])
})

test('what is closed is said with both names, the port and what it is for', () => {
  const names = { from: 'worker2', to: 'worker3' }
  const open: Way = { kind: 'swarm', protocol: 'tcp', port: 7946, outcome: 'open' }
  const overlay: Way = { kind: 'overlay', protocol: 'udp', port: 4789, outcome: 'lost' }
  assert.deepEqual(describeTroubles({ ...names, ways: [open] }), [])
  assert.deepEqual(describeTroubles({ ...names, ways: [open, overlay] }), [
    'worker2 cannot reach worker3: udp 4789 (the network between instances) is closed',
  ])
  assert.match(describeTroubles({ ...names, ways: [{ ...overlay, outcome: 'full_lost' }] })[0] ?? '', /full size/)
  assert.match(describeTroubles({ ...names, failure: 'its agent left' })[0] ?? '', /could not try .*its agent left/)
})

test('a machine is not blamed for what another has with everybody', () => {
  const fine = { name: 'a', troubles: [], isOthersOwn: false }
  const ailing = { name: 'b', troubles: ['b cannot reach x'], isOthersOwn: true }
  const cutOff = { name: 'c', troubles: ['c cannot reach x'], isOthersOwn: false }
  assert.equal(judge('x', 0, []).isReached, true)
  assert.equal(judge('x', 2, [fine, ailing]).isReached, true)
  assert.equal(judge('x', 3, [fine, ailing, cutOff]).isReached, false)
})
