import { aMachine } from '@berth/engine'
import type { RelocationFacts, ServiceFacts } from './relocation-facts.ts'
import type { RelocationRow } from './relocation-row.ts'

/** Facts to test with: services by the number of instances on each of the machines `a`, `b`, `c`. */
export const aServiceOn = (
  app: string,
  counts: readonly number[],
  change: Partial<ServiceFacts> = {},
): ServiceFacts => {
  const places = Object.fromEntries(['a', 'b', 'c'].flatMap((id, i) => (counts[i] ? [[id, counts[i]]] : [])))
  const total = counts.reduce((sum, n) => sum + n, 0)
  return {
    app,
    service: 'web',
    serviceName: `${app}-web-r1`,
    replicas: total,
    resources: {},
    isDeploying: false,
    up: total,
    edgeTrouble: null,
    wanted: total,
    unplaced: null,
    places,
    stopping: {},
    ...change,
  }
}

export const factsOf = (services: readonly ServiceFacts[], change: Partial<RelocationFacts> = {}): RelocationFacts => ({
  nowMs: 1_000,
  machines: ['a', 'b', 'c'].map((id) => aMachine({ id, name: `machine-${id}` })),
  reserved: {},
  services,
  ...change,
})

export const aDrain = (change: Partial<RelocationRow> = {}): RelocationRow => ({
  id: 'r1',
  kind: 'drain',
  machineId: 'a',
  machine: 'machine-a',
  isForced: false,
  state: 'running',
  words: null,
  steps: [],
  failure: null,
  requestedBy: 'ann',
  createdAtMs: 0,
  finishedAtMs: null,
  ...change,
})
