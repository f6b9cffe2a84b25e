import type { Machine } from '@berth/contract'

export type ClusterTotals = {
  machines: number
  ready: number
  instances: number
  /** Of all that the machines have, 0 to 1; null where nobody measured. */
  cpuRatio: number | null
  cpuMillis: number
  memoryUsedBytes: number
  memoryTotalBytes: number
}

type Counted = Pick<Machine, 'state' | 'instances' | 'stats'>

/** Of the machines that were measured; the others are counted and nothing more. */
export function totalOf(machines: readonly Counted[]): ClusterTotals {
  const measured = machines.flatMap(({ stats }) => (stats ? [stats] : []))
  const cpuMillis = sum(measured.map((stats) => stats.cpuMillis))
  return {
    machines: machines.length,
    ready: machines.filter(({ state }) => state === 'ready').length,
    instances: sum(machines.map(({ instances }) => instances)),
    cpuMillis,
    cpuRatio: cpuMillis > 0 ? sum(measured.map((stats) => stats.cpuRatio * stats.cpuMillis)) / cpuMillis : null,
    memoryUsedBytes: sum(measured.map((stats) => stats.memoryUsedBytes)),
    memoryTotalBytes: sum(measured.map((stats) => stats.memoryTotalBytes)),
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
