import { type AppStats, getAppStats, type InstanceMeasure, type StatsRange } from '@berth/contract'
import { useMemo } from 'react'
import { useCall } from '#api/use-call.ts'
import { Chart } from '#parts/charts/chart.tsx'
import type { ChartLine, ChartScale } from '#parts/charts/chart-options.ts'
import { byteRateWords, shortBytes } from '#parts/charts/chart-words.ts'
import { describeKills, killTimes } from '#parts/charts/kills.ts'
import { rangeWords, refreshMs, timesOf } from '#parts/charts/series.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { bytesOf, coresOf } from '../figure-words.ts'
import { coresScale, kinds, memoryScale } from './chart-kinds.ts'
import classes from './overview.module.css'
import { instanceLines, mostLines } from './stat-lines.ts'

type Props = { app: string; range: StatsRange; isByInstance: boolean }
type Drawn = { title: string; lines: ChartLine[]; words(value: number | null | undefined): string; scale: ChartScale }

/** Longer ranges, and instances one by one. */
export default function StatCharts({ app, range, isByInstance }: Props) {
  const { data, error, refetch } = useCall(
    getAppStats,
    { params: { app }, query: { range } },
    { keepPrevious: true, refetchIntervalMs: refreshMs[range] },
  )
  if (!data) {
    return error ? (
      <ErrorBox error={error} title="What was measured could not be loaded" onRetry={() => void refetch()} />
    ) : (
      <Loading what="what was measured" height="100%" />
    )
  }
  return <Drawing stats={data} about={`of ${app} in ${rangeWords[range].long}`} isByInstance={isByInstance} />
}

function Drawing({ stats, about, isByInstance }: { stats: AppStats; about: string; isByInstance: boolean }) {
  const times = useMemo(() => timesOf(stats, stats.points.cpuRatio.length), [stats])
  const drawn = useMemo(
    () => (isByInstance ? drawInstances(stats, times) : drawSum(stats)),
    [stats, times, isByInstance],
  )
  const marks = useMemo(() => killTimes(stats.points.outOfMemoryKills, times), [stats, times])
  const leftOut = stats.instances.length + stats.instancesLeftOut - mostLines
  return (
    <>
      {drawn.map(({ title, lines, words, scale }) => (
        <Chart
          key={title}
          title={title}
          about={about}
          times={times}
          lines={lines}
          words={words}
          scale={scale}
          sync="app"
          marks={title === 'Memory' ? marks : undefined}
          note={title === 'Memory' ? describeKills(stats.points.outOfMemoryKills) : undefined}
        />
      ))}
      {isByInstance && leftOut > 0 ? (
        <p className={classes.chartNote}>
          Each chart shows the {mostLines} instances with the most of it; {leftOut} more were measured.
        </p>
      ) : null}
    </>
  )
}

const byteRateScale: ChartScale = { tick: shortBytes, leastTop: 16 * 1024, isBytes: true }
const countScale: ChartScale = { tick: (value) => (Number.isInteger(value) ? `${value}` : ''), leastTop: 2 }

function drawSum({ points, stepMs }: AppStats): Drawn[] {
  const peaks = { cpuRatio: points.cpuRatioMax, memoryBytes: points.memoryBytesMax }
  const usual = kinds.map(({ measure, title, colour, words, scale }): Drawn => {
    const peak = stepMs > 1_000 && (measure === 'cpuRatio' || measure === 'memoryBytes') ? peaks[measure] : undefined
    const mean = { name: peak ? 'Mean' : title, colour, values: points[measure] }
    const highest = peak ? [{ name: 'Highest', colour: '--tone-warn', values: peak }] : []
    return { title, words, scale, lines: [mean, ...highest] }
  })
  const network = [
    { name: 'Received', colour: '--accent', values: points.networkReceivedBytesPerSecond },
    { name: 'Sent', colour: '--tone-warn', values: points.networkSentBytesPerSecond },
  ]
  const instances = [{ name: 'Instances', colour: '--accent', values: points.instances }]
  return [
    ...usual,
    { title: 'Network', lines: network, words: byteRateWords, scale: byteRateScale },
    { title: 'Instances', lines: instances, words: countWords, scale: countScale },
  ]
}

const countWords = (value: number | null | undefined) => (value == null ? '–' : `${Math.round(value * 10) / 10}`)

function drawInstances(stats: AppStats, times: readonly number[]): Drawn[] {
  const lines = (measure: InstanceMeasure) => instanceLines(stats, measure, times)
  return [
    { title: 'CPU', lines: lines('cpuRatio'), words: coresOf, scale: coresScale },
    { title: 'Memory', lines: lines('memoryBytes'), words: bytesOf, scale: memoryScale },
    {
      title: 'Network, received',
      lines: lines('networkReceivedBytesPerSecond'),
      words: byteRateWords,
      scale: byteRateScale,
    },
    { title: 'Network, sent', lines: lines('networkSentBytesPerSecond'), words: byteRateWords, scale: byteRateScale },
  ]
}
