import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { Machine } from './machine.ts'
import { MachineRole, oneMachine } from './machine-name.ts'

/**
 * What a change of role would mean, told before it is made. The cluster can be changed only while more than half of its
 * managers answer (the quorum).
 */
export const RoleForecast = z.strictObject({
  machine: z.string(),
  from: MachineRole,
  to: MachineRole,
  managersNow: z.int(),
  managersAfter: z.int(),
  /** How many managers may fail with the cluster still being changeable. */
  mayFailNow: z.int(),
  mayFailAfter: z.int(),
  /** What is not forbidden but not wise, in words. */
  warnings: z.array(z.string()),
  /** Why it is refused, in words; null if it is not. */
  refusal: z.string().nullable(),
})
export type RoleForecast = z.infer<typeof RoleForecast>

export const forecastMachineRole = defineEndpoint({
  method: 'GET',
  path: '/v1/machines/:machine/role',
  access: 'read',
  on: 'platform',
  summary: 'What it would mean for the cluster to give a machine this role; changes nothing',
  params: oneMachine,
  query: z.strictObject({ role: MachineRole }),
  result: RoleForecast,
  errors: ['machine_not_found', 'engine_unavailable'],
})

export const changeMachineRole = defineEndpoint({
  method: 'PUT',
  path: '/v1/machines/:machine/role',
  access: 'admin',
  on: 'platform',
  summary: 'Make a machine a manager or a worker',
  params: oneMachine,
  body: z.strictObject({ role: MachineRole }),
  result: Machine,
  errors: [
    'machine_not_found',
    'machine_holds_server',
    'quorum_at_risk',
    'conflict',
    'engine_failed',
    'engine_unavailable',
  ],
})
