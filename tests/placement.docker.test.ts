import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Engine, type ObservedMachine, swarmEngine } from '@berth/engine'
import { aService } from '../packages/engine/src/fake/a-service.ts'
import { createMachine, type Machine, removeMachines } from './machine.ts'
import { pressureWatch } from './placement/pressure-watch.ts'

const runId = `placement-${randomUUID().slice(0, 8)}`
const timeoutMs = 30_000
const network = 'berth-project-placement'
const { signal } = new AbortController()

describe('where instances go on a real cluster', () => {
  let machines: Machine[]
  let engine: Engine

  before(async () => {
    machines = await Promise.all(
      ['manager', 'one', 'two'].map((name) => createMachine({ name: `place-${name}`, runId })),
    )
    engine = swarmEngine({ docker: await joinAll(machines) })
    await engine.ensureNetwork(network)
    await eventually('three machines', async () => (await engine.observe()).machines.length === 3)
    await label('place-manager', { disk: 'ssd', zone: 'a' })
    await label('place-one', { disk: 'ssd', zone: 'a' })
    await label('place-two', { disk: 'hdd', zone: 'b' })
  })
  after(() => removeMachines(runId))

  async function eventually(what: string, isSo: () => Promise<boolean>) {
    const endMs = Date.now() + timeoutMs
    while (!(await isSo())) {
      if (Date.now() > endMs) assert.fail(`never: ${what}`)
      await delay(100)
    }
  }
  const find = async (name: string): Promise<ObservedMachine> => {
    const found = (await engine.observe()).machines.find((machine) => machine.name === name)
    return found ?? assert.fail(`no machine ${name}`)
  }
  async function label(name: string, labels: Record<string, string>) {
    const { id, version } = await find(name)
    await engine.setMachineLabels(id, labels, version)
  }
  async function cordon(name: string, isCordoned: boolean) {
    const { id, version } = await find(name)
    const wanted = { availability: 'pause', cordonLabel: 'person' } as const
    await engine.setMachineAvailability(
      id,
      isCordoned ? wanted : { availability: 'active', cordonLabel: null },
      version,
    )
  }

  /** Nothing needs to run: which machine an instance gets is decided before. So the image need not exist. */
  const create = (name: string, more: Partial<Parameters<typeof aService>[0]> = {}) =>
    engine.createService(aService({ name, network, image: `127.0.0.1:5000/none@sha256:${'0a'.repeat(32)}`, ...more }))
  async function scale(name: string, replicas: number, more: Partial<Parameters<typeof aService>[0]>) {
    const found = (await engine.observe()).services.find((service) => service.name === name)
    const image = `127.0.0.1:5000/none@sha256:${'0a'.repeat(32)}`
    await engine.updateService(aService({ name, network, image, replicas, ...more }), found?.version ?? 0)
  }

  /** The wanted places of a service, by the machine that first got each. */
  async function placesOf(name: string, count: number): Promise<Record<string, number>> {
    const first = new Map<number, string>()
    await eventually(`${count} instances of ${name} have a machine`, async () => {
      const { instances, machines: all } = await engine.observe()
      const placed = instances.filter((each) => each.serviceName === name && each.machineId !== null)
      for (const { slot, machineId } of placed.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))) {
        const machine = all.find(({ id }) => id === machineId)?.name ?? ''
        if (!first.has(slot)) first.set(slot, machine)
      }
      return first.size >= count
    })
    const byMachine = Map.groupBy(first.values(), (machine) => machine)
    return Object.fromEntries([...byMachine].map(([machine, all]) => [machine.replace('place-', ''), all.length]))
  }

  test('instances go only to machines with the labels', async () => {
    await create('labelled', { replicas: 4, placement: { on: { disk: 'ssd' }, spread: null } })
    assert.deepEqual(await placesOf('labelled', 4), { manager: 2, one: 2 })
    await engine.removeService('labelled')
  })

  test('instances are spread evenly over the values of a label', async () => {
    await create('spread', { replicas: 4, placement: { on: {}, spread: 'zone' } })
    const { two, ...others } = await placesOf('spread', 4)
    assert.equal(two, 2)
    assert.deepEqual(others, { manager: 1, one: 1 })
    await engine.removeService('spread')
  })

  test('a service that is out of balance, with values that have no room, keeps the scheduler from nothing', async () => {
    const placement = { on: {}, spread: 'zone' }
    await cordon('place-manager', true)
    await cordon('place-one', true)
    await create('lopsided', { replicas: 5, placement })
    assert.deepEqual(await placesOf('lopsided', 5), { two: 5 })
    await cordon('place-two', true)
    await cordon('place-one', false)
    await scale('lopsided', 7, { placement })
    assert.deepEqual(await placesOf('lopsided', 7), { two: 5, one: 2 })
    await create('afterwards')
    assert.deepEqual(await placesOf('afterwards', 1), { one: 1 })
    await cordon('place-two', false)
    await cordon('place-manager', false)
    for (const name of ['lopsided', 'afterwards']) await engine.removeService(name)
  })

  test('a machine that burns all of its CPU gets no new instance', async () => {
    const burning = machines.find(({ name }) => name === 'place-two') ?? assert.fail('no such machine')
    const watch = await pressureWatch({ machines, runId, engine, signal })
    // So little that it gets all of it, also where others want this computer's cores.
    await watch.limitCpu(burning.name, 0.3)
    const burn = Promise.all([1, 2, 3].map(() => burning.exec(['timeout', '130', 'sha256sum', '/dev/zero'])))
    const endMs = Date.now() + 120_000
    while ((await find(burning.name)).cordonLabel !== 'pressure') {
      if (Date.now() > endMs) assert.fail(`not cordoned: ${watch.describe()}`)
      await watch.pass()
      await delay(1_000)
    }
    assert.match(watch.events.join(), /machine_cordoned: place-two is under pressure: its CPU is \d+ % busy/)
    await create('newcomer', { replicas: 6 })
    assert.deepEqual(await placesOf('newcomer', 6), { manager: 3, one: 3 })
    await engine.removeService('newcomer')
    await removeMachines(runId)
    await burn.catch(() => undefined)
  })
})

/** A manager and its workers; answers with the manager's engine. */
async function joinAll([manager, ...workers]: Machine[]) {
  if (!manager) throw new Error('No machines')
  await manager.docker.swarmInit({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: 'eth0' })
  const { JoinTokens } = (await manager.docker.swarmInspect()) as { JoinTokens: { Worker: string } }
  const join = {
    ListenAddr: '0.0.0.0:2377',
    AdvertiseAddr: 'eth0',
    RemoteAddrs: [`${manager.address}:2377`],
    JoinToken: JoinTokens.Worker,
  }
  await Promise.all(workers.map(({ docker }) => docker.swarmJoin(join)))
  return manager.docker
}
