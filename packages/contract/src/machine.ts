import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'

/** What an agent reads from /proc and the cgroup files; ratios are 0 to 1. */
export const MachineStats = z.strictObject({
  cpuRatio: z.number(),
  load1: z.number(),
  memoryUsedBytes: z.int(),
  memoryTotalBytes: z.int(),
  diskUsedBytes: z.int(),
  diskTotalBytes: z.int(),
})
export type MachineStats = z.infer<typeof MachineStats>

export const Machine = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: z.enum(['manager', 'worker']),
  isLeader: z.boolean(),
  /** `ready` only if both the engine and our agent answer. */
  state: z.enum(['ready', 'agent_missing', 'down']),
  address: z.string(),
  engineVersion: z.string(),
  instances: z.int(),
  cpuMillis: z.int(),
  stats: MachineStats.nullable(),
  lastSeenAt: z.iso.datetime().nullable(),
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
