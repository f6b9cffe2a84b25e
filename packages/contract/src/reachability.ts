import { z } from 'zod'
import { defineEndpoint } from './endpoint.ts'
import { oneMachine } from './machine-name.ts'

/** More are not asked at once: what twenty machines reach, a thousand do, unless the thousand have firewalls of their own. */
export const mostTries = 20

/** What one machine and another found when they tried each other, as visitors' requests do. */
export const MachineTry = z.strictObject({
  /** The other one. */
  machine: z.string(),
  /** In words, with both names; none where all that was tried passes, both ways. */
  troubles: z.array(z.string()),
  /** With troubles: whether the other one has them with a third machine as well, so that they are its own. */
  isOthersOwn: z.boolean(),
})
export type MachineTry = z.infer<typeof MachineTry>

export const MachineReachability = z.strictObject({
  machine: z.string(),
  /** Whether no trouble was found but such as is another machine's own. */
  isReached: z.boolean(),
  /** Other machines that could be asked. */
  others: z.int(),
  /** Of all of them, or of a sample where there are more than `mostTries`. */
  tries: z.array(MachineTry),
})
export type MachineReachability = z.infer<typeof MachineReachability>

export const tryMachineReachability = defineEndpoint({
  method: 'POST',
  path: '/v1/machines/:machine/reachability',
  access: 'admin',
  on: 'platform',
  summary: 'Let the other machines try to reach this one, and it them; ends within twenty seconds',
  params: oneMachine,
  result: MachineReachability,
  errors: ['machine_not_found', 'engine_unavailable'],
})
