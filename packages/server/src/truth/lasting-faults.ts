import type { NetworkFault } from './reach-plan.ts'

export type FaultChange = { kind: 'network_fault' | 'network_fault_ended'; fault: NetworkFault }

/** Longer than engines take to find each other again after a network was away. */
const lastingMs = 40_000
const endedMs = 10_000

/** Tells of a fault once it has lasted, and of its end once that has. */
export function lastingFaults() {
  const seen = new Map<string, { fault: NetworkFault; sinceMs: number; lastMs: number; isTold: boolean }>()

  function see(faults: readonly NetworkFault[], nowMs: number): FaultChange[] {
    for (const fault of faults) {
      const { sinceMs = nowMs, isTold = false } = seen.get(keyOf(fault)) ?? {}
      seen.set(keyOf(fault), { fault, sinceMs, lastMs: nowMs, isTold })
    }
    return [...seen].flatMap(([key, entry]): FaultChange[] => {
      const { fault, sinceMs, lastMs, isTold } = entry
      if (isTold ? nowMs - lastMs >= endedMs : lastMs < nowMs) {
        seen.delete(key)
        return isTold ? [{ kind: 'network_fault_ended', fault }] : []
      }
      if (isTold || nowMs - sinceMs < lastingMs) return []
      entry.isTold = true
      return [{ kind: 'network_fault', fault }]
    })
  }

  return { see, current: () => [...seen.values()].filter(({ isTold }) => isTold).map(({ fault }) => fault) }
}

const keyOf = ({ machineId, peerIds }: NetworkFault) => [machineId, ...peerIds].join(' ')
