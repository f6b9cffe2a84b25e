import { type Machine, type MachineRole, machineRoles } from '@berth/contract'
import { byName, listLabels } from './machine-words.ts'

export const machineConditions = [
  'attention',
  'ready',
  'agent_missing',
  'down',
  'cordoned',
  'draining',
  'drained',
] as const
export type MachineCondition = (typeof machineConditions)[number]

/** What is chosen of all machines; in the address, so that it can be kept and sent to somebody. */
export type MachineChoice = {
  text: string
  condition: MachineCondition | undefined
  role: MachineRole | undefined
}

export const readMachineChoice = ({ q, state, role }: Record<string, string | undefined>): MachineChoice => ({
  text: q ?? '',
  condition: machineConditions.find((known) => known === state),
  role: machineRoles.find((known) => known === role),
})

/** Not ready, or short of something. */
export const needsAttention = ({ state, cordonReason }: Pick<Machine, 'state' | 'cordonReason'>): boolean =>
  state !== 'ready' || cordonReason === 'pressure'

/** Every word must be somewhere in the name, address, engine or labels. */
export function chooseMachines(machines: readonly Machine[], { text, condition, role }: MachineChoice): Machine[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return machines
    .filter((machine) => {
      if (role !== undefined && machine.role !== role) return false
      if (condition !== undefined && !isIn(machine, condition)) return false
      const { name, address, engineVersion } = machine
      const searched = [name, address, engineVersion, ...listLabels(machine)].join('\n').toLowerCase()
      return words.every((word) => searched.includes(word))
    })
    .sort(byName)
}

const isIn = (machine: Machine, condition: MachineCondition): boolean =>
  condition === 'attention'
    ? needsAttention(machine)
    : [machine.state, machine.availability].some((one) => one === condition)
