import type { Machine } from '@berth/contract'

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
