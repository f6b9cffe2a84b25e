import { diskRatios } from '@berth/contract'

export type DueInput = {
  nowMs: number
  /** When all was cleaned up last; null if never. */
  cleanedAtMs: number | null
  /** So that not all clusters of a house begin at the same moment. */
  jitterMs: number
  machines: readonly {
    name: string
    /** Of its disk; null while it is not known. */
    usedRatio: number | null
    /** When it was last cleaned up for its pressure. */
    relievedAtMs: number | null
  }[]
}

export const cleanEveryMs = 24 * 3_600_000
/** What could not be made free a while ago cannot be made free now. */
const relieveEveryMs = 1_800_000

/** Whether all is to be cleaned up now, and which machines need room before that: the fullest first. */
export function planDue({ nowMs, cleanedAtMs, jitterMs, machines }: DueInput): { all: boolean; relieved: string[] } {
  const isFull = (ratio: number | null): ratio is number => ratio !== null && ratio >= diskRatios.warning
  const relieved = machines
    .filter(({ usedRatio, relievedAtMs }) => isFull(usedRatio) && nowMs - (relievedAtMs ?? 0) >= relieveEveryMs)
    .toSorted((a, b) => (b.usedRatio ?? 0) - (a.usedRatio ?? 0))
    .map(({ name }) => name)
  return { all: nowMs - (cleanedAtMs ?? 0) >= cleanEveryMs + jitterMs, relieved }
}
