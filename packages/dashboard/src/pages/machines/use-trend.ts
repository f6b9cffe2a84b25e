import { getMachineStats, type Machine } from '@berth/contract'
import { useMemo } from 'react'
import { useCall } from '#api/use-call.ts'
import { thinOut, type Values } from '#parts/charts/series.ts'

export type Trend = Record<'cpu' | 'memory' | 'disk', Values>

const points = 40
/** Fewer, of a machine that has only just joined, are a speck and no line. */
const fewestMeasured = 6

/** How a machine went in the last hour; undefined until enough of that is known. */
export function useTrend({ name, state }: Pick<Machine, 'name' | 'state'>): Trend | undefined {
  const { data } = useCall(
    getMachineStats,
    { params: { machine: name }, query: { range: '1h' } },
    { enabled: state === 'ready', refetchIntervalMs: 60_000, staleMs: 30_000 },
  )
  return useMemo(() => {
    if (!data) return undefined
    const { cpuRatio, memoryBytes, diskUsedBytes } = data.points
    const cpu = thinOut(cpuRatio, points)
    if (cpu.filter((value) => value !== null).length < fewestMeasured) return undefined
    return {
      cpu,
      memory: thinOut(memoryBytes, points),
      disk: thinOut(diskUsedBytes, points),
    }
  }, [data])
}
