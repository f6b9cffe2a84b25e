import type { DrainRow, RelocationRow, StepRow } from './relocation-row.ts'

/** What relocations ask of a service beyond what its app wants. */
export type Adjustment = { surge: number; avoids: string[] }
export type Adjust = (serviceName: string) => Adjustment

/** What the database says about relocations at one moment. */
export type Relocating = {
  drains: readonly DrainRow[]
  /** Pending and running ones, oldest first. */
  active: readonly RelocationRow[]
}

export const nothingAdjusted: Adjust = () => ({ surge: 0, avoids: [] })

/**
 * Derived from the rows alone, so that what a relocation asked for ends with it, however it ended. A service that has yet
 * to wait for its turn stays; one that nobody knew when the drain began, such as a new release, avoids the machine at once.
 */
export function adjustmentsOf({ drains, active }: Relocating): Adjust {
  const running = active.find(({ state }) => state === 'running')

  return (serviceName) => {
    const steps = running?.steps.filter((step) => step.serviceName === serviceName) ?? []
    const left = running?.kind === 'rebalance' ? steps.flatMap(leftBy) : []
    const avoids = drains.filter((drain) => isAvoided(drain, serviceName, active)).map(({ machineId }) => machineId)
    return {
      surge: steps.reduce((sum, step) => sum + surgeOf(step), 0),
      avoids: [...new Set([...avoids, ...left])].toSorted(),
    }
  }
}

function isAvoided(drain: DrainRow, serviceName: string, active: readonly RelocationRow[]): boolean {
  if (drain.availability === 'active') return false
  if (drain.isDrained) return true
  const relocation = active.find(({ id }) => id === drain.relocationId)
  if (relocation?.state !== 'running') return false
  const step = relocation.steps.find((each) => each.serviceName === serviceName)
  return !step || (step.phase !== 'waiting' && step.phase !== 'surge')
}

function leftBy({ way, phase, machineId, closed }: StepRow): string[] {
  if (way !== 'leave') return []
  if (phase === 'surge') return closed
  return phase === 'move' || phase === 'settle' ? [machineId, ...closed] : []
}

const surgeOf = ({ phase, surge }: StepRow) => (phase === 'surge' || phase === 'move' ? surge : 0)
