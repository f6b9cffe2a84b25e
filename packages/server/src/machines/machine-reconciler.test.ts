import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineRole } from '@berth/contract'
import { aMachine, fakeEngine } from '@berth/engine'
import pino from 'pino'
import type { ActivityRow, ActivityStore } from '../activity/activity-store.ts'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { machineReconciler } from './machine-reconciler.ts'

const { signal } = new AbortController()
const second = aMachine({ id: 'machine-2', name: 'm2', role: 'worker', isLeader: false })

/** `linked`: whose agents are here. */
async function setUp(roles: Record<string, MachineRole> = {}, linked: string[] = []) {
  const fake = fakeEngine()
  const clock = { nowMs: 0 }
  const done: string[] = []
  let machines = (await fake.engine.observe()).machines
  const engine = {
    setHeartbeat: async (heartbeatMs: number) => {
      done.push(`heartbeat ${heartbeatMs}`)
      await fake.engine.setHeartbeat(heartbeatMs)
    },
  }
  const record = (role: MachineRole) => ({ role, addedAtMs: 0, certificateEndsAtMs: null })
  const identities = {
    records: async () => new Map(Object.entries(roles).map(([id, role]) => [id, record(role)])),
    setRole: async (id: string, role: MachineRole) => {
      roles[id] = role
    },
  }
  const call = async (verb: string) => {
    done.push(verb)
    return { cut: 1 }
  }
  const agents = {
    cut: (id: string) => void done.push(`cut ${id}`),
    find: (id: string) => (linked.includes(id) ? ({ channel: { call } } as unknown as AgentConnection) : undefined),
  }
  const activity: Pick<ActivityStore, 'add'> = {
    async add(event) {
      done.push(event.kind)
      return { ...event, id: '1' } as ActivityRow
    },
  }
  const cluster = { current: () => ({ services: [], instances: [], reserved: {}, machines }) }
  const log = pino({ level: 'silent' })
  const deps = { engine, identities, agents, activity, cluster, log }
  const pass = machineReconciler(deps, () => clock.nowMs)
  const see = (...seen: typeof machines) => {
    machines = seen
  }
  return { pass, see, done, clock, fake, roles }
}

test('a lost machine is missed within seconds, and a single one is given the time to be busy', async () => {
  const { pass, see, done } = await setUp()
  await pass(signal)
  see(aMachine(), second)
  await pass(signal)
  see(aMachine(), { ...second, isReady: false })
  await pass(signal)
  see(aMachine())
  await pass(signal)
  assert.deepEqual(done, ['heartbeat 15000', 'heartbeat 850', 'heartbeat 15000'])
})

test('what someone else set is set right again after a minute', async () => {
  const { pass, done, clock } = await setUp()
  await pass(signal)
  clock.nowMs = 59_000
  await pass(signal)
  assert.equal(done.length, 1)
  clock.nowMs = 60_000
  await pass(signal)
  assert.equal(done.length, 2)
})

test('a failure is made up for in the next pass', async () => {
  const { pass, done, fake } = await setUp()
  fake.outage.error = new Error('away')
  await assert.rejects(pass(signal))
  fake.outage.error = undefined
  await pass(signal)
  assert.equal(fake.settings.heartbeatMs, 15_000)
  assert.equal(done.length, 2)
})

test('a machine that was made a worker past Berth does not speak for the cluster any more', async () => {
  const { pass, see, done, roles } = await setUp({ 'machine-1': 'manager', 'machine-2': 'manager' })
  see(aMachine(), second)
  await pass(signal)
  await pass(signal)
  assert.deepEqual(done, ['cut machine-2', 'heartbeat 850'])
  assert.deepEqual(roles, { 'machine-1': 'manager', 'machine-2': 'worker' })
})

test('a machine that is here and lost to the cluster is brought back, and one that is away is not', async () => {
  for (const linked of [['machine-2'], []]) {
    const { pass, see, done, clock } = await setUp({}, linked)
    see(aMachine(), { ...second, isReady: false })
    await pass(signal)
    clock.nowMs = 12_000
    await pass(signal)
    const brought = linked.length > 0 ? ['registerAnew', 'machine_registered_anew'] : []
    assert.deepEqual(done, ['heartbeat 850', ...brought])
  }
})
