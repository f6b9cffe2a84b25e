import assert from 'node:assert/strict'
import { test } from 'node:test'
import type Dockerode from 'dockerode'
import { edgeNetworksOf } from './edge-networks.ts'

/** An engine with one container on these networks, and what was asked of it. */
function engineWith(networks: Record<string, { EndpointID: string }>, { Running = true, known = ['shop'] } = {}) {
  const connected: string[] = []
  /** How often the next connects are answered with "not found". */
  const forgets = { times: 0 }
  const docker = {
    getNetwork: (name: string) => ({
      connect: async () => {
        if (forgets.times-- > 0) throw Object.assign(new Error(`network ${name} not found`), { statusCode: 404 })
        connected.push(name)
      },
    }),
    listNetworks: async () => known.map((Name) => ({ Name })),
  } as unknown as Dockerode
  const container = { Id: 'c1', State: { Running }, NetworkSettings: { Networks: networks } }
  const getOwn = async () => container as unknown as Dockerode.ContainerInspectInfo
  return { connected, forgets, networks: edgeNetworksOf(docker, { getOwn }) }
}

test('a network that it is on already is not connected again', async () => {
  const { connected, networks } = engineWith({ shop: { EndpointID: 'e1' } })
  await networks.connectNetwork('berth-edge', 'shop')
  assert.deepEqual(connected, [])
  assert.deepEqual(await networks.listContainerNetworks('berth-edge'), ['shop'])
})

test('an entry that a failed connect left behind does not count, and is completed', async () => {
  const { connected, networks } = engineWith({ shop: { EndpointID: '' } })
  assert.deepEqual(await networks.listContainerNetworks('berth-edge'), [])
  await networks.connectNetwork('berth-edge', 'shop')
  assert.deepEqual(connected, ['shop'])
})

test('a container that does not run keeps its networks, although none has an endpoint', async () => {
  const { connected, networks } = engineWith({ shop: { EndpointID: '' } }, { Running: false })
  await networks.connectNetwork('berth-edge', 'shop')
  assert.deepEqual(connected, [])
})

test('a network that the engine has forgotten for a moment is tried again', async () => {
  const { connected, forgets, networks } = engineWith({})
  forgets.times = 2
  await networks.connectNetwork('berth-edge', 'shop')
  assert.deepEqual(connected, ['shop'])
})

test('a network that the cluster does not have either is an error at once', async () => {
  const { forgets, networks } = engineWith({}, { known: ['shopping'] })
  forgets.times = 1
  await assert.rejects(networks.connectNetwork('berth-edge', 'shop'), { code: 'engine_failed' })
})
