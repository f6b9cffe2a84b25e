import type { ClusterState, WantedAvailability } from '@berth/engine'
import type { DrainRow } from './relocation-row.ts'

export type AvailabilityStep =
  | { kind: 'set'; machineId: string; machine: string; wanted: WantedAvailability; fromVersion: number }
  /** The machine takes instances again, or is gone: there is nothing left to remember. */
  | { kind: 'forget'; machineId: string }

/**
 * Makes the machines what the drains want them to be. One that is activated waits until no service avoids it any more: on
 * an active machine the engine ends at once whatever may not be there. A machine that somebody paused past Berth is left.
 */
export function planAvailability(drains: readonly DrainRow[], state: ClusterState): AvailabilityStep[] {
  return drains.flatMap(({ machineId, availability }): AvailabilityStep[] => {
    const machine = state.machines.find(({ id }) => id === machineId)
    if (!machine) return [{ kind: 'forget', machineId }]
    const isForeign = machine.availability !== 'active' && machine.cordonLabel === null
    if (availability === 'active') {
      if (machine.cordonLabel !== 'drain') return [{ kind: 'forget', machineId }]
      if (state.services.some(({ avoids }) => avoids.includes(machineId))) return []
    } else if (isForeign || (machine.availability === availability && machine.cordonLabel === 'drain')) return []
    const wanted: WantedAvailability =
      availability === 'active' ? { availability, cordonLabel: null } : { availability, cordonLabel: 'drain' }
    return [{ kind: 'set', machineId, machine: machine.name, wanted, fromVersion: machine.version }]
  })
}

/** Whether the engine gives a machine nothing new because it is drained. */
export const isPausedFor = (machineId: string, { machines }: Pick<ClusterState, 'machines'>): boolean =>
  machines.some(
    ({ id, cordonLabel, isSchedulable, isOpened }) =>
      id === machineId && cordonLabel === 'drain' && !isSchedulable && !isOpened,
  )
