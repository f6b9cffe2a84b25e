import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EdgeTruth, Machine } from '@berth/contract'
import { idleStats } from '../agents/test-heartbeat.ts'
import { aMachine } from '../live/test-picture.ts'
import { judgeSystem } from './system-checks.ts'
import type { SystemFacts } from './system-facts.ts'
import { emptySystem } from './test-facts.ts'

const machine = (change: Partial<Machine> = {}, disk = 0.5) => {
  const stats = { ...idleStats, diskUsedBytes: disk * 1000, diskTotalBytes: 1000 }
  return aMachine('one', { id: 'id-1', stats, ...change })
}
const edge = (change: { isCurrent?: boolean; error?: string; truth?: EdgeTruth } = {}) => ({
  machine: 'one',
  isCurrent: change.isCurrent ?? true,
  status: {
    fingerprint: 'f',
    error: change.error ?? null,
    countedAtMs: 1,
    backends: [],
    ...(change.truth ? { truth: change.truth } : {}),
  },
})
const well: SystemFacts = {
  ...emptySystem,
  machines: [machine()],
  agents: [{ machineId: 'id-1', version: '1.0.0' }],
  edges: [edge()],
}
const truth = (change: Partial<EdgeTruth> = {}): EdgeTruth => ({
  isInformed: true,
  missing: 0,
  ghosts: 0,
  unreachable: [],
  repairs: { added: 0, closed: 0, reopened: 0 },
  ...change,
})
const lost = { backend: 'shop-web-r1', address: '10.0.1.5', isRefused: false }
const find = (name: string, change: Partial<SystemFacts>) =>
  judgeSystem({ ...well, ...change }).find((check) => check.name === name)

test('a platform that is well has nothing but good news, of everything that it needs', () => {
  const checks = judgeSystem(well)
  assert.deepEqual(
    checks.map(({ name }) => name),
    ['database', 'lease', 'engine', 'registry', 'backup', 'agent of one', 'edge of one', 'disk of one'],
  )
  assert.ok(checks.every(({ state }) => state === 'ok'))
})

const cases: [name: string, change: Partial<SystemFacts>, state: 'ok' | 'warning' | 'failed', words: RegExp][] = [
  ['database', { database: new Error('disk I/O error') }, 'failed', /disk I\/O error.*log of berth-server/],
  ['database', { database: { dialect: 'postgres', answerMs: 2_500 } }, 'warning', /PostgreSQL took 2500 ms/],
  ['lease', { lease: false }, 'failed', /Another server/],
  ['lease', { lease: new Error('away') }, 'failed', /database/],
  ['engine', { engineAgeMs: 42_000 }, 'failed', /not answered for 42 s/],
  ['engine', { engineAgeMs: Number.POSITIVE_INFINITY }, 'failed', /since this server started/],
  ['registry', { registry: new Error('connect ECONNREFUSED') }, 'failed', /ECONNREFUSED.*berth-registry/],
  ['registry', { registry: 503 }, 'failed', /status 503/],
  ['agent of one', { agents: [] }, 'failed', /docker start berth-agent/],
  ['agent of one', { agents: [], machines: [machine({ state: 'down' })] }, 'failed', /machine is down/],
  ['agent of one', { machines: [machine({ state: 'down' })] }, 'warning', /holds one for lost.*restart Docker/],
  ['agent of one', { version: '2.0.0' }, 'warning', /version 1.0.0, the server of 2.0.0/],
  ['edge of one', { edges: [] }, 'failed', /agent is away/],
  ['edge of one', { edges: [edge({ error: 'port 80 is taken' })] }, 'failed', /port 80 is taken/],
  ['edge of one', { edges: [edge({ isCurrent: false })] }, 'warning', /newest routes yet/],
  ['instances at one', { edges: [edge({ truth: truth({ missing: 2 }) })] }, 'warning', /2 that run get no requests/],
  ['instances at one', { edges: [edge({ truth: truth({ ghosts: 1 }) })] }, 'warning', /1 address .* no instance/],
  ['instances at one', { edges: [edge({ truth: truth({ unreachable: [lost] }) })] }, 'warning', /1 cannot be reached/],
  ['instances at one', { edges: [edge({ truth: truth() })] }, 'ok', /all of them/],
  ['network', { networkFaults: [{ machineId: 'id-1', peerIds: ['x'] }] }, 'failed', /Between one and x.*4789/],
  ['disk of one', { machines: [machine({}, 0.87)] }, 'warning', /87 % are used.*make room on one/],
  ['disk of one', { diskDaysLeft: () => 5.5 }, 'warning', /50 % are used, and the rest in 5 days/],
  ['disk of one', { diskDaysLeft: () => 0.2 }, 'warning', /within a day/],
  ['disk of one', { diskDaysLeft: () => 30 }, 'ok', /in 30 days/],
  ['disk of one', { machines: [machine({}, 0.98)] }, 'failed', /98 % are used/],
]
for (const [name, change, state, words] of cases) {
  test(`${name}: ${state}, and says ${words.source}`, () => {
    const found = find(name, change)
    assert.equal(found?.state, state)
    assert.match(found?.message ?? '', words)
  })
}

test('a disk that nobody has measured is not judged', () => {
  assert.equal(find('disk of one', { machines: [machine({ stats: null })] }), undefined)
})
