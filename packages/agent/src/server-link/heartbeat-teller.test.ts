import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BackendStatus, type Channel, type Heartbeat, PlatformError, type serverVerbs } from '@berth/contract'
import { heartbeatTeller } from './heartbeat-teller.ts'

const backend = (name: string, requests = 0): BackendStatus => ({
  ...{ name, up: 1, known: 1, inFlight: 0, requests, errors: 0, lastCheck: null },
})
const heartbeat = (...backends: BackendStatus[]) => ({ edge: { backends } }) as Heartbeat

function setUp(refusal?: PlatformError) {
  const told: [verb: string, backends: string[]][] = []
  const call = async (verb: string, { edge }: Heartbeat) => {
    told.push([verb, edge.backends.map(({ name }) => name)])
    if (verb === 'sparseHeartbeat' && refusal) throw refusal
    return {}
  }
  let next = heartbeat(backend('a'), backend('b'))
  const tell = heartbeatTeller({ call } as unknown as Channel<typeof serverVerbs>, () => next, 1_000)
  const beat = (...backends: BackendStatus[]) => {
    next = heartbeat(...backends)
    return tell()
  }
  return { told, beat }
}

test('tells the whole first, then what is new, and the whole again when the backends are others', async () => {
  const { told, beat } = setUp()
  await beat(backend('a'), backend('b'))
  await beat(backend('a'), backend('b', 3))
  await beat(backend('a'), backend('b', 3))
  await beat(backend('a'), backend('b', 3), backend('c'))
  assert.deepEqual(told, [
    ['heartbeat', ['a', 'b']],
    ['sparseHeartbeat', ['b']],
    ['sparseHeartbeat', []],
    ['heartbeat', ['a', 'b', 'c']],
  ])
})

test('a server that does not know how is told the whole, and not asked again', async () => {
  const { told, beat } = setUp(new PlatformError('not_found', 'No verb sparseHeartbeat'))
  for (let beats = 0; beats < 3; beats++) await beat(backend('a'))
  assert.deepEqual(
    told.map(([verb]) => verb),
    ['heartbeat', 'sparseHeartbeat', 'heartbeat', 'heartbeat'],
  )
})

test('any other refusal ends the link, as that of a whole one does', async () => {
  const { beat } = setUp(new PlatformError('conflict', 'never told'))
  await beat(backend('a'))
  await assert.rejects(beat(backend('a')), { code: 'conflict' })
})
