import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine, type ClusterState, type ObservedMachine, type ObservedService } from '@berth/engine'
import { isPausedFor, planAvailability } from './availability-plan.ts'
import type { DrainRow } from './relocation-row.ts'

const drain = (availability: DrainRow['availability']): DrainRow[] => [
  { machineId: 'a', machine: 'm1', relocationId: 'r1', availability, isDrained: false, sinceMs: 0 },
]
const clusterOf = (change: Partial<ObservedMachine>, avoids: string[] = []): ClusterState => ({
  machines: [aMachine({ id: 'a', version: 7, ...change })],
  services: [{ avoids } as ObservedService],
  instances: [],
  reserved: {},
})
const paused = { availability: 'pause', isSchedulable: false } as const
const forDrain = { ...paused, cordonLabel: 'drain' } as const

test('a machine that is to be drained is paused first, whoever had cordoned it before', () => {
  const set = {
    kind: 'set',
    machineId: 'a',
    machine: 'm1',
    fromVersion: 7,
    wanted: { availability: 'pause', cordonLabel: 'drain' },
  }
  assert.deepEqual(planAvailability(drain('pause'), clusterOf({})), [set])
  assert.deepEqual(planAvailability(drain('pause'), clusterOf({ ...paused, cordonLabel: 'pressure' })), [set])
  assert.deepEqual(planAvailability(drain('pause'), clusterOf(forDrain)), [])
})

test('a machine that somebody paused past Berth is left as it is', () => {
  assert.deepEqual(planAvailability(drain('pause'), clusterOf({ ...paused, cordonLabel: null })), [])
  assert.deepEqual(planAvailability(drain('drain'), clusterOf({ ...paused, cordonLabel: null })), [])
})

test('a machine becomes active only when no service avoids it any more', () => {
  assert.deepEqual(planAvailability(drain('active'), clusterOf(forDrain, ['a'])), [])
  const [step] = planAvailability(drain('active'), clusterOf(forDrain))
  assert.deepEqual(step?.kind === 'set' && step.wanted, { availability: 'active', cordonLabel: null })
})

test('what is active again, or gone, is forgotten', () => {
  assert.deepEqual(planAvailability(drain('active'), clusterOf({})), [{ kind: 'forget', machineId: 'a' }])
  assert.deepEqual(planAvailability(drain('drain'), clusterOf({ id: 'b' })), [{ kind: 'forget', machineId: 'a' }])
})

test('a machine is paused for its drain only if that is what it was paused for', () => {
  assert.ok(isPausedFor('a', clusterOf(forDrain)))
  assert.ok(!isPausedFor('a', clusterOf({ ...paused, cordonLabel: 'person' })))
  assert.ok(!isPausedFor('a', clusterOf({})))
})
