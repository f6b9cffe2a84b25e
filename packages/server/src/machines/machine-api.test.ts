import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  changeMachineRole,
  createJoinToken,
  forecastMachineRole,
  getMachine,
  listMachines,
  parseJoinToken,
  removeMachine,
} from '@berth/contract'
import { aMachine, aService, fakeEngine, type ObservedMachine } from '@berth/engine'
import { certificateSha256, createClusterCa } from '@berth/identity'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { stoppedClock } from '../gate/test-clock.ts'
import { startPlatform } from '../gate/test-platform.ts'
import { joinApi } from '../joining/join-api.ts'
import { joinTokenStore } from '../joining/join-token-store.ts'
import { identityStore } from './identity-store.ts'
import { machineApi } from './machine-api.ts'
import { machineReader } from './machine-reader.ts'

const ca = await createClusterCa({ now: new Date() })
const weekMs = 7 * 24 * 3_600_000
const worker = aMachine({ id: 'id-w1', name: 'w1', role: 'worker', isLeader: false, address: '10.0.0.2' })

/** A cluster of these machines, each with an agent that has said hello, and an admin who asks. */
async function setUp(t: TestContext, machines: ObservedMachine[]) {
  const fake = fakeEngine({ machines })
  const cut: string[] = []
  const saved: string[] = []
  const backups = { createBefore: async (actor: string) => void saved.push(actor) }
  const agentOf = ({ id, name, role }: ObservedMachine) =>
    ({ machineId: id, name, isManager: role === 'manager' }) as AgentConnection
  const agents = {
    list: () => machines.map(agentOf),
    find: () => undefined,
    lastSeenAtMs: () => undefined,
    cut: (machineId: string) => void cut.push(machineId),
  }
  const cluster = { currentWithin: () => undefined, refresh: fake.engine.observe, nudge: () => undefined }
  const now = stoppedClock()
  const opened: ReturnType<typeof identityStore>[] = []
  const platform = await startPlatform(t, {
    declared: [listMachines, getMachine, forecastMachineRole, changeMachineRole, removeMachine, createJoinToken],
    handlers: (stores) => {
      const identities = identityStore(stores)
      opened.push(identities)
      const joinTokens = joinTokenStore(stores)
      const reader = machineReader({ agents, drainOf: () => undefined, identities })
      const deps = {
        ...stores,
        engine: fake.engine,
        agents,
        cluster,
        identities,
        joinTokens,
        machines: reader,
        backups,
      }
      return [...machineApi(deps), ...joinApi({ ...deps, caPem: ca.certPem, now })]
    },
  })
  const [identities] = opened
  assert.ok(identities)
  for (const { id: machineId, name, role } of machines) {
    const times = { issuedAtMs: now(), notAfterMs: now() + weekMs }
    const certificate = { name, identityId: `i-${name}`, machineId, isManager: role === 'manager', ...times }
    await identities.admit({ certificate, machineId, saysManager: certificate.isManager })
  }
  const headers = { authorization: `Bearer ${await platform.addToken(null, {})}` }
  async function ask(method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object) {
    const answer = await platform.ask({ method, url, headers, ...(payload && { payload }) })
    return { status: answer.statusCode, body: answer.json() }
  }
  const activity = async () => (await platform.stores.activity.list({ limit: 9, visible: 'everything' })).map(tell)
  return { ask, fake, cut, saved, identities, activity, now }
}

const tell = ({ kind, detail }: { kind: string; detail: string | null }) => `${kind} ${detail}`

test('machines are listed by name, and one can be asked for', async (t) => {
  const { ask } = await setUp(t, [worker, aMachine()])
  assert.deepEqual(
    (await ask('GET', '/v1/machines')).body.map(({ name }: { name: string }) => name),
    ['m1', 'w1'],
  )
  const { body } = await ask('GET', '/v1/machines/w1')
  assert.equal(body.id, 'id-w1')
  assert.ok(body.addedAt && body.certificateEndsAt)
  const missing = await ask('GET', '/v1/machines/w9')
  assert.deepEqual([missing.status, missing.body.code], [404, 'machine_not_found'])
})

test('a worker becomes a manager and a worker again, who is not believed any more from then on', async (t) => {
  const { ask, fake, cut, saved, activity, identities } = await setUp(t, [aMachine(), worker])
  const forecast = (await ask('GET', '/v1/machines/w1/role?role=manager')).body
  assert.deepEqual([forecast.managersAfter, forecast.warnings.length], [2, 1])
  assert.equal((await ask('PUT', '/v1/machines/w1/role', { role: 'manager' })).body.role, 'manager')
  assert.deepEqual(cut, [])
  await identities.renewed('i-w1', { role: 'manager', endsAtMs: 1 })
  assert.equal((await ask('PUT', '/v1/machines/w1/role', { role: 'worker' })).body.role, 'worker')
  assert.equal(saved.length, 2, 'a backup before each change')
  assert.deepEqual(cut, ['id-w1'])
  assert.equal((await identities.records()).get('id-w1')?.role, 'worker')
  assert.equal((await fake.engine.observe()).machines.find(({ name }) => name === 'w1')?.role, 'worker')
  assert.deepEqual(await activity(), ['machine_demoted w1', 'machine_promoted w1'])
})

test('a change of role that is refused changes nothing', async (t) => {
  const { ask, saved, activity } = await setUp(t, [aMachine(), worker])
  const { status, body } = await ask('PUT', '/v1/machines/m1/role', { role: 'worker' })
  assert.deepEqual([status, body.code], [409, 'quorum_at_risk'])
  assert.equal((await ask('GET', '/v1/machines/m1')).body.role, 'manager')
  assert.deepEqual(saved, [])
  assert.deepEqual(await activity(), [])
})

test('a removed machine is out of the cluster, cut off, and knows nothing that would let it back in', async (t) => {
  const { ask, fake, cut, identities, activity } = await setUp(t, [aMachine(), worker])
  const before = await fake.engine.joinTokens()
  assert.deepEqual((await ask('DELETE', '/v1/machines/w1')).body, { removed: true })
  assert.deepEqual(
    (await fake.engine.observe()).machines.map(({ name }) => name),
    ['m1'],
  )
  assert.deepEqual(cut, ['id-w1'])
  assert.equal(await identities.isRemoved('i-w1'), true)
  assert.notDeepEqual(await fake.engine.joinTokens(), before)
  assert.deepEqual(await activity(), ['machine_removed w1'])
  assert.equal((await ask('DELETE', '/v1/machines/w1')).body.code, 'machine_not_found')
})

test('a manager is removed by way of being a worker', async (t) => {
  const managers = [aMachine({ holds: ['server'] }), { ...worker, role: 'manager' as const }]
  const { ask, fake } = await setUp(t, managers)
  assert.equal((await ask('DELETE', '/v1/machines/w1')).status, 200)
  assert.deepEqual(
    (await fake.engine.observe()).machines.map(({ name }) => name),
    ['m1'],
  )
})

test('a machine with instances is removed only by force, and the one with the server not even so', async (t) => {
  const { ask, fake, identities } = await setUp(t, [aMachine({ holds: ['server'], isSchedulable: false }), worker])
  await fake.engine.ensureNetwork('n')
  await fake.engine.createService(aService({ network: 'n' }))
  for (let look = 0; look < 3; look++) await fake.engine.observe()
  assert.equal((await ask('DELETE', '/v1/machines/w1')).body.code, 'machine_not_empty')
  assert.equal(await identities.isRemoved('i-w1'), false)
  assert.equal((await ask('DELETE', '/v1/machines/m1?force=true')).body.code, 'machine_holds_server')
  assert.equal((await ask('DELETE', '/v1/machines/w1?force=true')).status, 200)
})

test('a join token is for one name, says where the servers are and what to know them by', async (t) => {
  const { ask, activity, now } = await setUp(t, [aMachine({ holds: ['server'] }), worker])
  const { status, body } = await ask('POST', '/v1/machines/join-tokens', { machine: 'w2' })
  assert.equal(status, 200)
  assert.deepEqual([body.machine, body.role], ['w2', 'worker'])
  const { secret, ...ticket } = parseJoinToken(body.token)
  assert.ok(secret.length > 40)
  assert.deepEqual(ticket, { machine: 'w2', servers: ['10.0.0.1:7443'], caSha256: certificateSha256(ca.certPem) })
  assert.equal(Date.parse(body.expiresAt), now() + 3_600_000)
  assert.deepEqual(await activity(), ['join_token_created w2 as a worker'])
  assert.equal((await ask('POST', '/v1/machines/join-tokens', { machine: 'w1' })).body.code, 'machine_exists')
})
