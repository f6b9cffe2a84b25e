import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformError } from '@berth/contract'
import { aMachine } from '@berth/engine'
import pino from 'pino'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { registryCollection } from './registry-collection.ts'
import { workGate } from './work-gate.ts'

const { signal } = new AbortController()
const machines = [aMachine({ id: 'id-1', name: 'm1', holds: ['registry'] })]

/** A server whose one agent answers as told, with what a server before it has written down. */
function setUp(answers: Record<string, () => Promise<unknown>>, noted?: string) {
  const settings = new Map(noted ? [['registry_collection', noted]] : [])
  const agent = { channel: { call: (verb: string) => answers[verb]?.() } } as unknown as AgentConnection
  const gate = workGate()
  const collection = registryCollection({
    ...{ gate, signal, agents: { find: () => agent }, log: pino({ level: 'silent' }) },
    cluster: { current: () => ({ services: [], instances: [], machines, reserved: {} }) },
    settings: {
      recall: async (name) => settings.get(name),
      remember: async (name, value) => void settings.set(name, value),
    },
  })
  return { gate, collection, noted: () => settings.get('registry_collection') }
}

const lost = () => Promise.reject(new PlatformError('engine_unavailable', 'm1 was lost'))

test('that it runs is written down until it has ended', async () => {
  const seen: unknown[] = []
  const { collection, noted } = setUp({
    collectRegistry: async () => {
      seen.push(noted())
      return { freedBytes: 7 }
    },
  })
  assert.equal(await collection.run({ id: 'id-1', name: 'm1' }), 7)
  assert.deepEqual([...seen, noted()], ['runs', 'ended'])
})

test('one whose agent is lost is waited for, since it goes on', async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<unknown>()
  const { collection, noted } = setUp({ collectRegistry: lost, awaitCollection: () => ended })
  const running = collection.run({ id: 'id-1', name: 'm1' }).catch((error: unknown) => error)
  assert.equal(await Promise.race([running, new Promise((resolve) => setImmediate(resolve, 'waits'))]), 'waits')
  end({})
  assert.ok((await running) instanceof PlatformError)
  assert.equal(noted(), 'ended')
})

test('a server that finds one begun keeps the registry closed until it has ended', async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<unknown>()
  const { collection, gate } = setUp({ awaitCollection: () => ended }, 'runs')
  await collection.resume()
  const order: string[] = []
  const push = gate.enter(
    ['registry'],
    { signal, onWait: () => order.push('waits') },
    async () => void order.push('pushes'),
  )
  order.push('ends')
  end({})
  await push
  assert.deepEqual(order, ['waits', 'ends', 'pushes'])
})

test('after one that ended nothing waits', async () => {
  const { collection, gate } = setUp({}, 'ended')
  await collection.resume()
  await gate.enter(['registry'], { signal, onWait: () => assert.fail('it waits') }, async () => undefined)
})
