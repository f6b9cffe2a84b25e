import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EdgeStatus } from '@berth/contract'
import type { Edge } from './edge/edge.ts'
import type { ServerReach } from './edge/server-reach.ts'
import { eventualEdge } from './eventual-edge.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const served: EdgeStatus = { fingerprint: 'f1', error: null, countedAtMs: null, backends: [] }
const noTable = { backends: [], routes: [] }

const reaches: ServerReach[] = []
const openEdge = async (): Promise<Edge> => ({
  apply: async () => served,
  setReach: (reach) => reaches.push(reach),
  status: () => served,
  onChange: () => () => {},
  probe: async () => ({ status: 200, backend: null }),
  overlayAddress: async () => '10.210.0.7',
  crosses: async () => true,
  close: async () => {},
})

const nextChange = (edge: Edge) => new Promise<EdgeStatus>((resolve) => edge.onChange(resolve))

test('an edge that does not open says why instead of taking the agent down', async () => {
  const edge = eventualEdge({ open: () => Promise.reject(new Error('port 80 is taken')), log: quiet })
  assert.match((await nextChange(edge)).error ?? '', /port 80 is taken/)
  assert.match((await edge.apply(noTable)).error ?? '', /port 80 is taken/)
  await assert.rejects(edge.probe({ host: 'shop.localhost', path: '/' }), { code: 'engine_unavailable' })
  await edge.close()
})

test('is the real edge as soon as that is open', async () => {
  const edge = eventualEdge({ open: openEdge, log: quiet })
  assert.equal(edge.status().fingerprint, null)
  assert.deepEqual(await nextChange(edge), served)
  assert.deepEqual(await edge.apply(noTable), served)
  await edge.close()
})

test('learns when it opens whether a server speaks to this machine', async () => {
  const edge = eventualEdge({ open: openEdge, log: quiet })
  edge.setReach('linked')
  await nextChange(edge)
  edge.setReach('silent')
  assert.deepEqual(reaches.slice(-2), ['linked', 'silent'])
  await edge.close()
})

test('is tried again until it opens', async (context) => {
  const failures = [new Error('no engine')]
  const open = async () => {
    const failure = failures.shift()
    if (failure) throw failure
    return openEdge()
  }
  const edge = eventualEdge({ open, log: quiet, retryEveryMs: 10 })
  context.after(() => edge.close())
  assert.match((await nextChange(edge)).error ?? '', /no engine/)
  assert.deepEqual(await nextChange(edge), served)
})
