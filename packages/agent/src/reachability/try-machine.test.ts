import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { tryConnect } from './try-address.ts'
import { fullBytes, tryOther } from './try-machine.ts'
import { listWays } from './ways.ts'

const { signal } = new AbortController()

test('a manager is tried where managers are, and an edge that is on no network not by it', () => {
  const kinds = (isManager: boolean, overlayAddress: string | null) =>
    listWays({ isManager, overlayAddress }, 80).map(({ kind, port }) => `${kind} ${port}`)
  assert.deepEqual(kinds(true, '10.210.0.7'), ['swarm 7946', 'managers 2377', 'visitors 80', 'overlay 4789'])
  assert.deepEqual(kinds(false, null), ['swarm 7946', 'visitors 80'])
})

test('a port where nothing listens refuses, and one that listens is open', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  assert.equal(await tryConnect('127.0.0.1', port, signal), 'open')
  server.close()
  await once(server, 'close')
  assert.equal(await tryConnect('127.0.0.1', port, signal), 'refused')
})

test('whatever the other edge answers, the way to it is open; a network that loses full packets is told from one that is closed', async () => {
  const server = createHttpServer((_, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: httpPort } = server.address() as AddressInfo
  const other = { address: '127.0.0.1', isManager: false, overlayAddress: '10.210.0.7', patienceMs: 100 }
  const outcomesWhere = async (crosses: (fillerBytes: number) => boolean) => {
    const edge = { crosses: async ({ fillerBytes }: { fillerBytes: number }) => crosses(fillerBytes) }
    const { ways } = await tryOther(other, { edge, domain: 'localhost', httpPort }, signal)
    return Object.fromEntries(ways.map(({ kind, outcome }) => [kind, outcome]))
  }
  const { visitors, overlay } = await outcomesWhere(() => true)
  assert.deepEqual([visitors, overlay], ['open', 'open'])
  assert.equal((await outcomesWhere((fillerBytes) => fillerBytes < fullBytes)).overlay, 'full_lost')
  assert.equal((await outcomesWhere(() => false)).overlay, 'lost')
  server.close()
})

test('what opens while there is patience is open', async () => {
  let asked = 0
  const edge = { crosses: async () => ++asked > 2 }
  const other = { address: '127.0.0.1', isManager: false, overlayAddress: '10.210.0.7', patienceMs: 1_200 }
  const { ways } = await tryOther(other, { edge, domain: 'localhost', httpPort: 1 }, AbortSignal.timeout(10_000))
  assert.equal(ways.find(({ kind }) => kind === 'overlay')?.outcome, 'open')
})
