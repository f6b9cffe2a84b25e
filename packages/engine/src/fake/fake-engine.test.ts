import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeEngine } from '../engine.suite.ts'
import { aService } from './a-service.ts'
import { aMachine, fakeEngine } from './fake-engine.ts'
import { fakeEngineWorld } from './fake-engine-world.ts'

describeEngine('the fake engine', async () => fakeEngineWorld())

const network = 'berth-project-default'

async function fakeWith(...replicas: number[]) {
  const fake = fakeEngine({ stepsByItself: false, now: () => new Date(0) })
  await fake.engine.ensureNetwork(network)
  for (const count of replicas) await fake.engine.createService(aService({ replicas: count }))
  return fake
}

const statesOf = (fake: Awaited<ReturnType<typeof fakeWith>>) => fake.instances('shop-web-r1').map(({ state }) => state)

test('each step takes an instance one state further', async () => {
  const fake = await fakeWith(1)
  const seen = [statesOf(fake)]
  for (let step = 0; step < 2; step += 1) {
    fake.step()
    seen.push(statesOf(fake))
  }
  assert.deepEqual(seen.flat(), ['pending', 'starting', 'running'])
})

test('instances that are made to fail go on failing until they are healed', async () => {
  const fake = await fakeWith(1)
  fake.failInstances('shop-web-r1', { exitCode: 137, message: 'task: non-zero exit (137)' })
  for (let step = 0; step < 20; step += 1) fake.step()
  const failed = fake.instances('shop-web-r1').filter(({ state }) => state === 'failed')
  assert.ok(failed.length > 1 && failed.length <= 5, 'some history of the place is kept')
  assert.ok(failed.every(({ exitCode }) => exitCode === 137))
  fake.healInstances('shop-web-r1')
  for (let step = 0; step < 4; step += 1) fake.step()
  assert.equal(statesOf(fake).at(-1), 'running')
})

test('held instances stay pending with the words', async () => {
  const fake = await fakeWith(1)
  fake.holdInstances('shop-web-r1', 'no suitable node (insufficient resources on 1 node)')
  fake.step()
  fake.step()
  assert.deepEqual(
    fake.instances('shop-web-r1').map(({ state, message }) => [state, message]),
    [['pending', 'no suitable node (insufficient resources on 1 node)']],
  )
})

test('what runs on a machine that went down comes back on another', async () => {
  const fake = await fakeWith(2)
  fake.setMachines([aMachine(), aMachine({ id: 'machine-2', name: 'm2', role: 'worker', isLeader: false })])
  fake.step()
  fake.step()
  assert.deepEqual(
    fake
      .instances('shop-web-r1')
      .map(({ machineId }) => machineId)
      .sort(),
    ['machine-1', 'machine-2'],
  )
  fake.setMachines([aMachine({ isReady: false }), aMachine({ id: 'machine-2' })])
  fake.step()
  fake.step()
  const running = fake.instances('shop-web-r1').filter(({ state }) => state === 'running')
  assert.deepEqual(
    running.map(({ machineId }) => machineId),
    ['machine-2', 'machine-2'],
  )
})

test('an outage fails every call', async () => {
  const fake = await fakeWith()
  fake.outage.error = new Error('down')
  await assert.rejects(fake.engine.observe(), /down/)
})

test('instances go only where the labels are, and evenly over the values of another', async () => {
  const fake = await fakeWith()
  const labelled = (id: string, labels: Record<string, string>) => aMachine({ id, name: id, labels })
  fake.setMachines([
    labelled('a1', { disk: 'ssd', zone: 'a' }),
    labelled('a2', { disk: 'ssd', zone: 'a' }),
    labelled('b1', { disk: 'ssd', zone: 'b' }),
    labelled('c1', { disk: 'hdd', zone: 'c' }),
  ])
  await fake.engine.createService(aService({ replicas: 4, placement: { on: { disk: 'ssd' }, spread: 'zone' } }))
  fake.step()
  assert.deepEqual(
    fake
      .instances('shop-web-r1')
      .map(({ machineId }) => machineId)
      .toSorted(),
    ['a1', 'a2', 'b1', 'b1'],
  )
})

const twoMachines = (isFirstPaused: boolean) => [
  aMachine({ isSchedulable: !isFirstPaused }),
  aMachine({ id: 'machine-2', name: 'm2', role: 'worker', isLeader: false }),
]
const placesOf = (fake: Awaited<ReturnType<typeof fakeWith>>) =>
  fake
    .instances('shop-web-r1')
    .filter(({ state }) => state === 'running')
    .map(({ machineId }) => machineId)

async function update(fake: Awaited<ReturnType<typeof fakeWith>>, change: Parameters<typeof aService>[0]) {
  const { services } = await fake.engine.observe()
  await fake.engine.updateService(aService(change), services[0]?.version ?? 0)
}

test('what leaves a paused machine stops only when its successor runs', async () => {
  const fake = await fakeWith(1)
  for (let step = 0; step < 2; step += 1) fake.step()
  fake.setMachines(twoMachines(true))
  await update(fake, { avoids: ['machine-1'] })
  const seen: string[] = []
  for (let step = 0; step < 5; step += 1) {
    fake.step()
    seen.push(placesOf(fake).join('+'))
  }
  assert.ok(seen.every((places) => places !== ''))
  assert.equal(seen.at(-1), 'machine-2')
})

test('what may no longer be on an active machine is ended at once', async () => {
  const fake = await fakeWith(1)
  for (let step = 0; step < 2; step += 1) fake.step()
  fake.setMachines(twoMachines(false))
  await update(fake, { avoids: ['machine-1'] })
  assert.deepEqual(placesOf(fake), [])
})

test('scaling down takes instances from the machine with most of them', async () => {
  const fake = await fakeWith(2)
  for (let step = 0; step < 2; step += 1) fake.step()
  fake.setMachines(twoMachines(false))
  await update(fake, { replicas: 3 })
  for (let step = 0; step < 2; step += 1) fake.step()
  await update(fake, { replicas: 2 })
  assert.deepEqual(placesOf(fake).sort(), ['machine-1', 'machine-2'])
})
