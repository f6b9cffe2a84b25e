import { z } from 'zod'

/** The host name of a machine's engine, which is also the common name of its certificate (64 characters at most). */
export const MachineName = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    'use the host name of the machine: 1 to 63 of letters, digits, ".", "_" and "-"',
  )

export const machineRoles = ['manager', 'worker'] as const
export const MachineRole = z.enum(machineRoles)
export type MachineRole = z.infer<typeof MachineRole>

export const oneMachine = z.strictObject({ machine: MachineName })
