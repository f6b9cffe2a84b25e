import type { Machine } from '@berth/contract'

export const machineActions = [
  'drain',
  'activate',
  'cordon',
  'uncordon',
  'promote',
  'demote',
  'label',
  'remove',
] as const
export type MachineAction = (typeof machineActions)[number]

export const notAdminWords = 'Only an admin of Berth may change machines'

/** Why each action is not possible now; undefined where it is. What only the server knows comes back as an error. */
export function machineRefusals(
  machine: Machine,
  machines: readonly Machine[],
  isAdmin: boolean,
): Record<MachineAction, string | undefined> {
  const { name, availability } = machine
  const access = isAdmin ? undefined : notAdminWords
  const others = machines.filter((other) => other.name !== name && other.availability === 'active')
  const managers = machines.filter(({ role }) => role === 'manager')
  const isOnlyManager = machine.role === 'manager' && managers.length === 1
  const onlyManager = isOnlyManager ? 'It is the only manager. Promote another machine first' : undefined
  return {
    drain: access ?? refuseDrain(machine, others.length),
    activate: access ?? (isDrained(machine) ? undefined : 'It is not drained'),
    cordon: access ?? (availability === 'active' ? undefined : 'It takes no new instances already'),
    uncordon: access ?? (availability === 'cordoned' ? undefined : 'It is not cordoned'),
    promote: access ?? (machine.state === 'ready' ? undefined : 'It must be ready for that'),
    demote: access ?? onlyManager,
    label: access,
    remove: access ?? (machines.length === 1 ? 'It is the only machine' : onlyManager),
  }
}

const isDrained = ({ availability }: Machine) => availability === 'drained' || availability === 'draining'

function refuseDrain(machine: Machine, others: number): string | undefined {
  if (isDrained(machine)) return 'It is drained already, or is being drained'
  return others === 0 ? 'No other machine takes instances' : undefined
}

/** Those that change something in the state that it is in; the others would only be noise. */
export function offeredActions({ availability, role }: Pick<Machine, 'availability' | 'role'>): MachineAction[] {
  const isAway = availability === 'drained' || availability === 'draining'
  return [
    ...(isAway ? (['activate'] as const) : (['drain'] as const)),
    ...(isAway ? [] : availability === 'cordoned' ? (['uncordon'] as const) : (['cordon'] as const)),
    role === 'manager' ? 'demote' : 'promote',
    'label',
    'remove',
  ]
}
