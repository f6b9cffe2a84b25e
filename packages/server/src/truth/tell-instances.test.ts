import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlatformError } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import pino from 'pino'
import type { AgentChannel, AgentConnection } from '../agents/agent-registry.ts'
import type { InstancesWord } from './service-addresses.ts'
import { instanceTeller } from './tell-instances.ts'

const empty: ClusterState = { services: [], instances: [], machines: [], reserved: {} }

function setUp({ answer = async () => ({}) }: { answer?: () => Promise<unknown> } = {}) {
  const world = { nowMs: 0, ageMs: 0, words: [] as InstancesWord[] }
  const call = async (_: string, word: InstancesWord) => {
    world.words.push(word)
    return answer()
  }
  const connection = () => ({ name: 'm1', channel: { call } as unknown as AgentChannel }) as AgentConnection
  const agents = [connection()]
  const teller = instanceTeller(
    {
      agents: { list: () => agents },
      cluster: { currentWithin: (mostMs) => (world.ageMs <= mostMs ? empty : undefined) },
      now: () => world.nowMs,
      log: pino({ level: 'silent' }),
    },
    new AbortController().signal,
  )
  async function tellAt(nowMs: number) {
    world.nowMs = nowMs
    teller.tell()
    await new Promise(setImmediate)
  }
  return { world, tellAt, connectAnew: () => agents.splice(0, 1, connection()) }
}

test('a word is renewed every three seconds, and a new connection hears the whole', async () => {
  const { world, tellAt, connectAnew } = setUp()
  for (const nowMs of [0, 1_000, 2_000, 3_000, 4_000]) await tellAt(nowMs)
  assert.deepEqual(
    world.words.map(({ isWhole }) => isWhole),
    [true, false],
  )
  connectAnew()
  await tellAt(5_000)
  assert.equal(world.words.at(-1)?.isWhole, true)
})

test('an old picture of the cluster is not passed on', async () => {
  const { world, tellAt } = setUp()
  world.ageMs = 4_001
  await tellAt(0)
  assert.deepEqual(world.words, [])
})

test('after a word that may have been lost the whole is told again', async () => {
  const answers = [Promise.reject(new Error('lost')), Promise.resolve({})]
  answers[0]?.catch(() => undefined)
  const { world, tellAt } = setUp({ answer: () => answers.shift() ?? Promise.resolve({}) })
  await tellAt(0)
  await tellAt(1_000)
  assert.deepEqual(
    world.words.map(({ isWhole }) => isWhole),
    [true, true],
  )
})

test('an agent that does not know the verb is not asked again', async () => {
  const { world, tellAt } = setUp({
    answer: () => Promise.reject(new PlatformError('not_found', 'No verb setInstances')),
  })
  await tellAt(0)
  await tellAt(10_000)
  assert.equal(world.words.length, 1)
})
