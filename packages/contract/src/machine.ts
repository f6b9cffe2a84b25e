import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { MachineRole, oneMachine } from './machine-name.ts'

/**
 * Pressure stall information: for how many percent of the last minute some process, or all of them (`full`), waited for
 * the resource.
 */
export const Pressure = z.strictObject({
  cpuSome60: z.number(),
  memorySome60: z.number(),
  memoryFull60: z.number(),
  ioSome60: z.number(),
  ioFull60: z.number(),
})
export type Pressure = z.infer<typeof Pressure>

const Counter = z.int().nonnegative()

/**
 * What an agent reads from /proc and the cgroup files; ratios are 0 to 1. Counters run since the start of the machine.
 * A machine in a container tells what its own cgroup uses and may use; null where only its host's figure could be had.
 */
export const MachineStats = z.strictObject({
  cpuRatio: z.number(),
  /** What it may use: its processors, or its own limit. */
  cpuMillis: z.int(),
  load1: z.number(),
  load5: z.number(),
  /** Without the page cache that the kernel can take back. */
  memoryUsedBytes: z.int(),
  memoryTotalBytes: z.int(),
  swapUsedBytes: z.int(),
  diskUsedBytes: z.int(),
  diskTotalBytes: z.int(),
  networkReceivedBytes: Counter,
  networkSentBytes: Counter,
  diskReadBytes: Counter.nullable(),
  diskWrittenBytes: Counter.nullable(),
  outOfMemoryKills: Counter.nullable(),
  /** Null also where the kernel has none. */
  pressure: Pressure.nullable(),
})
export type MachineStats = z.infer<typeof MachineStats>

/** Berth's own parts whose data lives on one machine. */
export const HeldPart = z.enum(['server', 'registry'])
export type HeldPart = z.infer<typeof HeldPart>

export const Machine = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: MachineRole,
  isLeader: z.boolean(),
  /** `ready` only if both the engine and our agent answer. */
  state: z.enum(['ready', 'agent_missing', 'down']),
  /** Only an `active` one takes new instances. */
  availability: z.enum(['active', 'cordoned', 'draining', 'drained']),
  /** Who cordoned it; null if it is not cordoned, or if somebody paused it past Berth. */
  cordonReason: z.enum(['person', 'pressure']).nullable(),
  labels: z.record(z.string(), z.string()),
  address: z.string(),
  engineVersion: z.string(),
  instances: z.int(),
  cpuMillis: z.int(),
  memoryBytes: z.int(),
  /** By everything that runs there. */
  reserved: z.strictObject({ cpuMillis: z.int(), memoryBytes: z.int() }),
  /** What of Berth itself cannot run without this machine. */
  holds: z.array(HeldPart),
  stats: MachineStats.nullable(),
  lastSeenAt: z.iso.datetime().nullable(),
  /** Of the certificate that its agent shows; renewed when half of its time is over. Null until the agent was there. */
  certificateEndsAt: z.iso.datetime().nullable(),
  addedAt: z.iso.datetime().nullable(),
})
export type Machine = z.infer<typeof Machine>

export const listMachines = defineEndpoint({
  method: 'GET',
  path: '/v1/machines',
  access: 'read',
  on: 'platform',
  summary: 'All machines by name',
  result: z.array(Machine),
  errors: ['engine_unavailable'],
})

export const getMachine = defineEndpoint({
  method: 'GET',
  path: '/v1/machines/:machine',
  access: 'read',
  on: 'platform',
  summary: 'One machine by its name',
  params: oneMachine,
  result: Machine,
  errors: ['machine_not_found', 'engine_unavailable'],
})

export const removeMachine = defineEndpoint({
  method: 'DELETE',
  path: '/v1/machines/:machine',
  access: 'admin',
  on: 'platform',
  summary: 'Take a machine out of the cluster; what is on the machine itself stays there',
  params: oneMachine,
  query: z.strictObject({
    /** Also while instances run there or it does not answer. Never what would lose the quorum or the server. */
    force: z.stringbool().default(false),
  }),
  result: z.strictObject({ removed: z.literal(true) }),
  errors: [
    'machine_not_found',
    'machine_not_empty',
    'machine_holds_server',
    'quorum_at_risk',
    'conflict',
    'engine_failed',
    'engine_unavailable',
  ],
})
