import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine, aService, type ClusterState, fakeEngine } from '@berth/engine'
import { serviceAddresses, wordOf } from './service-addresses.ts'

const network = 'berth-project-default'
const two = [aMachine(), aMachine({ id: 'machine-2', name: 'm2', role: 'worker', isLeader: false })]

/** A cluster of two machines that runs two instances of shop-web-r1, one on each. */
async function observed(change: (state: ClusterState) => void = () => {}) {
  const { engine, step } = fakeEngine({ machines: two, stepsByItself: false })
  await engine.ensureNetwork(network)
  await engine.createService(aService({ replicas: 2 }))
  step()
  step()
  const state = structuredClone(await engine.observe())
  change(state)
  return state
}
const shopIn = (state: ClusterState) => serviceAddresses(state).get('shop-web-r1')

test('what runs and shall run must be known to the edges', async () => {
  const shop = shopIn(await observed())
  assert.deepEqual(shop, { service: 'shop-web-r1', network, running: ['10.0.0.1', '10.0.0.2'], passing: [] })
})

test('what starts, stops or is on a machine that does not answer may be known', async () => {
  const stopping = await observed((state) =>
    Object.assign(state.instances[0] ?? {}, { state: 'stopping', isWanted: false }),
  )
  assert.deepEqual(shopIn(stopping)?.passing, ['10.0.0.1'])
  const starting = await observed((state) => Object.assign(state.instances[0] ?? {}, { state: 'starting' }))
  assert.deepEqual(shopIn(starting)?.passing, ['10.0.0.1'])
  const cutOff = await observed((state) => Object.assign(state.machines[1] ?? {}, { isReady: false }))
  assert.deepEqual(shopIn(cutOff)?.passing.length, 1)
})

test('what ended has no address any more, whatever the cluster’s book says', async () => {
  const ended = await observed((state) => Object.assign(state.instances[0] ?? {}, { state: 'failed', isWanted: false }))
  assert.deepEqual([shopIn(ended)?.running, shopIn(ended)?.passing], [['10.0.0.2'], []])
})

test('the first word is the whole, and the next only what has changed', async () => {
  const before = serviceAddresses(await observed())
  assert.deepEqual(wordOf(undefined, before), { isWhole: true, services: [...before.values()], gone: [] })
  assert.deepEqual(wordOf(before, serviceAddresses(await observed())), { isWhole: false, services: [], gone: [] })
  const other = { service: 'blog-web-r1', network, running: ['10.0.0.9'], passing: [] }
  const after = new Map([['blog-web-r1', other]])
  assert.deepEqual(wordOf(before, after), { isWhole: false, services: [other], gone: ['shop-web-r1'] })
})
