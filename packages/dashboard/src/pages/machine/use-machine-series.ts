import { getMachineStats, type MachineSeries, type StatsEvent, type StatsRange } from '@berth/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { callKey, useCall } from '#api/use-call.ts'
import { useStatsStream } from '#live/use-stats-stream.ts'
import { appendSample, refreshMs } from '#parts/charts/series.ts'

/** What was measured of a machine, the live range second by second, and what is measured of its instances now. */
export function useMachineSeries(machine: string, range: StatsRange) {
  const input = { params: { machine }, query: { range } }
  const isLive = range === 'live'
  const asked = useCall(getMachineStats, input, {
    keepPrevious: true,
    ...(isLive ? { staleMs: Number.POSITIVE_INFINITY } : { refetchIntervalMs: refreshMs[range] }),
  })
  const queries = useQueryClient()
  const [event, setEvent] = useState<StatsEvent>()
  useStatsStream({
    isWanted: true,
    // What was missed while nobody listened is asked for.
    onBegin: () => void (isLive && asked.refetch({ cancelRefetch: false })),
    onEvent(next) {
      setEvent(next)
      const sample = next.machines.find((one) => one.machine === machine)
      if (!isLive || !sample) return
      queries.setQueryData<MachineSeries>(
        callKey(getMachineStats, input),
        (known) => known && appendSample(known, sample, Date.parse(next.at)),
      )
    },
  })
  return { series: asked.data, error: asked.error, refetch: asked.refetch, event }
}
