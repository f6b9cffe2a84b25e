import { z } from 'zod'
import { Instance } from './app.ts'
import { defineEndpoint } from './endpoint.ts'
import { Machine } from './machine.ts'
import { oneMachine } from './machine-name.ts'
import { AppName, LabelName, LabelValue } from './names.ts'
import { Placement, Reservations } from './service.ts'

/**
 * Whether a machine could take one more instance of a service. `next`: it would be chosen now. `possible`: it could, but
 * others come first. `excluded`: it cannot.
 */
export const machineVerdicts = ['next', 'possible', 'excluded'] as const

export const MachineChoice = z.strictObject({
  machine: z.string(),
  verdict: z.enum(machineVerdicts),
  /** In words, all that hold: "lacks 1.2 GiB of memory", "has no label disk=ssd". */
  reasons: z.array(z.string()),
  /** Instances of this service on it now. */
  instances: z.int(),
  /** What is left of it beside all reservations. */
  freeCpuMillis: z.int(),
  freeMemoryBytes: z.int(),
})
export type MachineChoice = z.infer<typeof MachineChoice>

export const ServicePlacement = z.strictObject({
  service: z.string(),
  releaseVersion: z.int().positive(),
  /** How many instances are wanted. */
  replicas: z.int(),
  placement: Placement,
  reservations: Reservations,
  instances: z.array(Instance.pick({ id: true, machine: true, state: true, reason: true })),
  /** By name. */
  machines: z.array(MachineChoice),
  /** What there is to know beyond the machines, in words. */
  notes: z.array(z.string()),
})
export type ServicePlacement = z.infer<typeof ServicePlacement>

export const explainPlacement = defineEndpoint({
  method: 'GET',
  path: '/v1/apps/:app/placement',
  access: 'read',
  on: 'app',
  summary: 'Where the instances of an app are, and which machines could take another one and why not',
  params: z.strictObject({ app: AppName }),
  result: z.strictObject({ app: z.string(), services: z.array(ServicePlacement) }),
  errors: ['app_not_found', 'release_not_found', 'engine_unavailable'],
})

export const cordonMachine = defineEndpoint({
  method: 'PUT',
  path: '/v1/machines/:machine/cordon',
  access: 'admin',
  on: 'platform',
  summary: 'Let a machine take no new instances, or let it take them again; what runs there goes on',
  params: oneMachine,
  body: z.strictObject({ isCordoned: z.boolean() }),
  result: Machine,
  errors: ['machine_not_found', 'conflict', 'engine_unavailable', 'engine_failed'],
})

export const labelMachine = defineEndpoint({
  method: 'PATCH',
  path: '/v1/machines/:machine/labels',
  access: 'admin',
  on: 'platform',
  summary: 'Set labels of a machine by name; null removes one',
  params: oneMachine,
  body: z.strictObject({
    labels: z.record(LabelName, LabelValue.nullable()),
    /** Also where instances that need what is taken away have to leave at once. */
    force: z.boolean().default(false),
  }),
  result: Machine,
  errors: ['machine_not_found', 'label_in_use', 'conflict', 'engine_unavailable', 'engine_failed'],
})
