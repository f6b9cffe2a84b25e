import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { oneMachine } from './machine-name.ts'

export const relocationKinds = ['drain', 'rebalance'] as const
export type RelocationKind = (typeof relocationKinds)[number]

export const relocationStates = ['pending', 'running', 'succeeded', 'failed', 'cancelled'] as const
export type RelocationState = (typeof relocationStates)[number]

/** Instances of one service that leave one machine, new ones first. */
export const RelocationStep = z.strictObject({
  app: z.string(),
  service: z.string(),
  /** Name of the machine. */
  from: z.string(),
  /** What is going on, changing while the step runs: "2 of 3 new instances up". */
  words: z.string().nullable(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
})
export type RelocationStep = z.infer<typeof RelocationStep>

/**
 * A planned move of instances between machines that visitors do not notice. Only one runs at a time in the cluster;
 * others are `pending` until it has ended.
 */
export const Relocation = z.strictObject({
  id: z.string(),
  kind: z.enum(relocationKinds),
  /** The one that is drained; null for a rebalance. */
  machine: z.string().nullable(),
  state: z.enum(relocationStates),
  /** What is going on, or how it went. */
  words: z.string().nullable(),
  steps: z.array(RelocationStep),
  failure: z.strictObject({ message: z.string(), hint: z.string().nullable() }).nullable(),
  requestedBy: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
})
export type Relocation = z.infer<typeof Relocation>

/** One instance that would be moved; the engine may choose another machine that is as good as `to`. */
export const RebalanceMove = z.strictObject({ app: z.string(), service: z.string(), from: z.string(), to: z.string() })
export type RebalanceMove = z.infer<typeof RebalanceMove>

export const RebalancePlan = z.strictObject({
  /** In the order in which they would be made, one at a time. */
  moves: z.array(RebalanceMove),
  /** What is left as it is although it is not spread evenly, and why. */
  skipped: z.array(z.strictObject({ app: z.string(), service: z.string(), reason: z.string() })),
})
export type RebalancePlan = z.infer<typeof RebalancePlan>

/** What an admin may choose for the whole cluster. */
export const ClusterSettings = z.strictObject({
  /** Whether Berth spreads instances again by itself after a machine came back or joined, instead of offering it. */
  rebalancesByItself: z.boolean(),
})
export type ClusterSettings = z.infer<typeof ClusterSettings>

// Relocations name apps of all projects, so only an admin of the platform reads them.
const byAdmins = { access: 'admin', on: 'platform' } as const

/** Asked for twice, it is the same drain. */
export const drainMachine = defineEndpoint({
  ...byAdmins,
  method: 'POST',
  path: '/v1/machines/:machine/drain',
  summary: 'Move all instances off a machine and give it no new ones until it is activated',
  params: oneMachine,
  body: z.strictObject({
    /** Also when not everything fits elsewhere: what does not is stopped. */
    force: z.boolean().default(false),
  }),
  result: Relocation,
  errors: ['machine_not_found', 'does_not_fit', 'last_machine', 'conflict', 'engine_unavailable'],
})

/** Ends a drain that is under way, too; what was moved stays where it is. */
export const activateMachine = defineEndpoint({
  ...byAdmins,
  method: 'POST',
  path: '/v1/machines/:machine/activation',
  summary: 'Let a machine that was drained or is being drained take instances again',
  params: oneMachine,
  result: z.strictObject({
    machine: z.string(),
    /** The drain that was under way and is cancelled. */
    cancelled: Relocation.nullable(),
  }),
  errors: ['machine_not_found', 'engine_unavailable'],
})

export const planRebalance = defineEndpoint({
  ...byAdmins,
  method: 'GET',
  path: '/v1/rebalance',
  summary: 'What a rebalance would move now',
  result: RebalancePlan,
  errors: ['engine_unavailable'],
})

/** Asked for twice, it is the same rebalance. */
export const startRebalance = defineEndpoint({
  ...byAdmins,
  method: 'POST',
  path: '/v1/rebalance',
  summary: 'Spread instances evenly over the machines, one at a time',
  result: Relocation,
  errors: ['engine_unavailable'],
})

export const listRelocations = defineEndpoint({
  ...byAdmins,
  method: 'GET',
  path: '/v1/relocations',
  summary: 'Drains and rebalances, newest first',
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) }),
  result: z.array(Relocation),
  errors: [],
})

const oneRelocation = z.strictObject({ relocationId: z.string().max(64) })

export const getRelocation = defineEndpoint({
  ...byAdmins,
  method: 'GET',
  path: '/v1/relocations/:relocationId',
  summary: 'One drain or rebalance',
  params: oneRelocation,
  result: Relocation,
  errors: ['relocation_not_found'],
})

export const followRelocation = defineEndpoint({
  ...byAdmins,
  method: 'GET',
  path: '/v1/relocations/:relocationId/events',
  summary: 'The relocation whenever it changes, first as it is now; ends when it has ended',
  params: oneRelocation,
  result: Relocation,
  stream: true,
  errors: ['relocation_not_found'],
})

/** What was moved stays where it is; a machine that was being drained takes instances again. */
export const cancelRelocation = defineEndpoint({
  ...byAdmins,
  method: 'POST',
  path: '/v1/relocations/:relocationId/cancel',
  summary: 'Cancel a drain or rebalance that has not ended',
  params: oneRelocation,
  result: Relocation,
  errors: ['relocation_not_found', 'relocation_finished'],
})

export const getClusterSettings = defineEndpoint({
  ...byAdmins,
  method: 'GET',
  path: '/v1/cluster-settings',
  summary: 'What is chosen for the whole cluster',
  result: ClusterSettings,
  errors: [],
})

export const changeClusterSettings = defineEndpoint({
  ...byAdmins,
  method: 'PATCH',
  path: '/v1/cluster-settings',
  summary: 'Choose something for the whole cluster; what is left out stays',
  body: z.strictObject({ rebalancesByItself: z.boolean().optional() }),
  result: ClusterSettings,
  errors: [],
})
