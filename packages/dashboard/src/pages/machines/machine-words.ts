import type { Machine, Pressure } from '@berth/contract'

export type Trouble = { meaning: string; advice: string }

/** What a state other than `ready` means for the apps, and what to do; undefined where all is well. */
export function describeTrouble(
  { name, address, state, role }: Machine,
  machines: readonly Pick<Machine, 'role' | 'state'>[],
): Trouble | undefined {
  switch (state) {
    case 'ready':
      return undefined
    case 'agent_missing':
      return {
        meaning:
          'Its engine answers, Berth’s agent does not. What runs there runs on, but it gets no new routes, and there are no logs and figures of it.',
        advice: `On ${name}: “docker ps -a --filter name=berth-agent” says whether the agent runs, “docker logs berth-agent” why not, and “docker restart berth-agent” starts it again.`,
      }
    case 'down':
      return {
        meaning: `Its engine is not heard of. Its instances are started anew on other machines, as far as they fit there.${describeQuorum(role, machines)}`,
        advice: `Look whether ${name} is switched on, whether ${address} can be reached from the other machines, and whether its engine runs: “systemctl status docker”. It takes part again by itself.`,
      }
  }
}

/** The managers decide by majority. */
function describeQuorum(role: Machine['role'], machines: readonly Pick<Machine, 'role' | 'state'>[]): string {
  if (role !== 'manager') return ''
  const managers = machines.filter((machine) => machine.role === 'manager')
  const up = managers.filter(({ state }) => state !== 'down').length
  const needed = Math.floor(managers.length / 2) + 1
  const spare = up - needed
  const answer = ` ${up} of ${managers.length} managers answer`
  if (spare < 0) return `${answer}; with fewer than ${needed} nothing can be changed.`
  return spare === 0
    ? `${answer}: if one more goes, nothing can be changed until it is back.`
    : `${answer}, and ${needed} are enough.`
}

/** What it means that a machine takes no new instances; undefined where it does. */
export function describeAvailability({ availability, cordonReason, stats }: Machine): Trouble | undefined {
  switch (availability) {
    case 'active':
      return undefined
    case 'cordoned':
      return describeCordon(cordonReason, stats?.pressure ?? null)
    case 'draining':
      return { meaning: 'Its instances are being moved to other machines.', advice: 'It takes no new ones meanwhile.' }
    case 'drained':
      return { meaning: 'It was drained and takes no instances.', advice: 'Activate it to let it take them again.' }
  }
}

function describeCordon(reason: Machine['cordonReason'], pressure: Pressure | null): Trouble {
  const goesOn = 'It takes no new instances; what runs there goes on.'
  if (reason === 'person') return { meaning: `Cordoned by a person. ${goesOn}`, advice: 'Uncordon it to end that.' }
  if (reason === null)
    return { meaning: `Paused with the engine’s own command. ${goesOn}`, advice: 'Berth leaves that as it is.' }
  const worst = worstPressure(pressure)
  return {
    meaning: `Cordoned: ${worst ? `${worst} pressure` : 'it is short of something'}. ${goesOn}`,
    advice: 'Berth uncordons it by itself once it has been calm for a while.',
  }
}

/** What most is waited for; undefined where nothing is. */
export function worstPressure(pressure: Pressure | null): 'CPU' | 'memory' | 'disk' | undefined {
  if (!pressure) return undefined
  const { cpuSome60, memorySome60, ioFull60 } = pressure
  const [name, percent] = (
    [
      ['memory', memorySome60],
      ['CPU', cpuSome60],
      ['disk', ioFull60],
    ] as const
  ).toSorted(([, one], [, other]) => other - one)[0] ?? ['memory', 0]
  return percent >= 1 ? name : undefined
}

/** "CPU 6 %, memory 0 %, disk 1 %": for how much of the last minute something waited. */
export const describePressure = ({ cpuSome60, memorySome60, ioFull60 }: Pressure): string =>
  `CPU ${Math.round(cpuSome60)} %, memory ${Math.round(memorySome60)} %, disk ${Math.round(ioFull60)} %`

/** disk=ssd, in the order of their names. */
export const listLabels = ({ labels }: Pick<Machine, 'labels'>): string[] =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort()

export const describeRole = ({ role, isLeader }: Pick<Machine, 'role' | 'isLeader'>): string =>
  isLeader ? 'Manager, leads' : role === 'manager' ? 'Manager' : 'Worker'

/** "12 machines: 10 ready, 1 down, 1 without its agent" */
export function countStates(machines: readonly Pick<Machine, 'state'>[]): string {
  const count = (state: Machine['state']) => machines.filter((machine) => machine.state === state).length
  const all = machines.length === 1 ? '1 machine' : `${machines.length} machines`
  const [down, missing] = [count('down'), count('agent_missing')]
  const parts = [
    `${count('ready')} ready`,
    ...(down > 0 ? [`${down} down`] : []),
    ...(missing > 0 ? [`${missing} without its agent`] : []),
  ]
  return `${all}: ${parts.join(', ')}`
}

/** machine-2 before machine-10. */
export const byName = (one: Pick<Machine, 'name'>, other: Pick<Machine, 'name'>): number =>
  one.name.localeCompare(other.name, 'en', { numeric: true })

export type Fullness = 'plain' | 'high' | 'full'

/** Above 75 % it is time to look, above 90 % to act. */
export const fullnessOf = (ratio: number): Fullness => (ratio >= 0.9 ? 'full' : ratio >= 0.75 ? 'high' : 'plain')

export const ratioOf = (used: number, total: number): number => (total > 0 ? Math.min(Math.max(used / total, 0), 1) : 0)

export const describePercent = (ratio: number): string => `${Math.round(ratio * 100)} %`
