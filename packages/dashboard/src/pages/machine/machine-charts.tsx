import type { Machine, MachineMeasure, MachineSeries, StatsPeak, StatsRange } from '@berth/contract'
import { useMemo } from 'react'
import { Chart } from '#parts/charts/chart.tsx'
import type { ChartLine, ChartScale } from '#parts/charts/chart-options.ts'
import { byteRateWords, bytesWords, percentWords, pressureWords, shortBytes } from '#parts/charts/chart-words.ts'
import { describeKills, killTimes } from '#parts/charts/kills.ts'
import { rangeWords, timesOf } from '#parts/charts/series.ts'
import classes from './machine.module.css'

type LineOf = readonly [measure: MachineMeasure | StatsPeak, name: string, colour: string]
type Kind = {
  title: string
  lines: readonly LineOf[]
  /** The highest of each step, where a step is more than a second. */
  peak?: LineOf
  words(value: number | null | undefined): string
  scale: ChartScale
  /** Not every kernel tells it. */
  isOptional?: boolean
}

const KiB = 1024
const percentTick = (value: number) => `${Math.round(value * 100)} %`
const bytesScale: ChartScale = { tick: shortBytes, leastTop: 64 * KiB, isBytes: true }

const kindsOf = (memoryBytes: number, diskBytes: number): readonly Kind[] => [
  {
    title: 'CPU',
    lines: [['cpuRatio', 'Mean', '--tone-busy']],
    peak: ['cpuRatioMax', 'Highest', '--tone-warn'],
    words: percentWords,
    scale: { tick: percentTick, leastTop: 1, mostTop: 1 },
  },
  {
    title: 'Memory',
    lines: [['memoryBytes', 'Mean', '--tone-good']],
    peak: ['memoryBytesMax', 'Highest', '--tone-warn'],
    words: bytesWords,
    scale: { ...bytesScale, leastTop: memoryBytes, mostTop: memoryBytes },
  },
  {
    title: 'Network',
    lines: [
      ['networkReceivedBytesPerSecond', 'Received', '--accent'],
      ['networkSentBytesPerSecond', 'Sent', '--tone-warn'],
    ],
    words: byteRateWords,
    scale: bytesScale,
  },
  {
    title: 'Disk, read and written',
    lines: [
      ['diskReadBytesPerSecond', 'Read', '--accent'],
      ['diskWrittenBytesPerSecond', 'Written', '--tone-warn'],
    ],
    words: byteRateWords,
    scale: bytesScale,
  },
  {
    title: 'Disk, used',
    lines: [['diskUsedBytes', 'Used', '--accent']],
    words: bytesWords,
    scale: { ...bytesScale, leastTop: diskBytes, ...(diskBytes > 0 ? { mostTop: diskBytes } : {}) },
  },
  {
    title: 'Pressure',
    lines: [
      ['cpuPressurePercent', 'CPU', '--tone-busy'],
      ['memoryPressurePercent', 'Memory', '--tone-good'],
      ['ioPressurePercent', 'Disk', '--tone-warn'],
    ],
    words: pressureWords,
    scale: { tick: (value) => `${Math.round(value)} %`, leastTop: 10, mostTop: 100 },
    isOptional: true,
  },
]

type Props = { machine: Machine; series: MachineSeries; range: StatsRange }

export default function MachineCharts({ machine, series, range }: Props) {
  const { name, memoryBytes, stats } = machine
  const diskBytes = stats?.diskTotalBytes ?? 0
  const kinds = useMemo(() => kindsOf(memoryBytes, diskBytes), [memoryBytes, diskBytes])
  const times = useMemo(() => timesOf(series, series.points.cpuRatio.length), [series])
  const kills = series.points.outOfMemoryKills
  const marks = useMemo(() => killTimes(kills, times), [times, kills])
  return (
    <div className={classes.charts}>
      {kinds
        .filter((kind) => isTold(kind, series))
        .map((kind) => (
          <Chart
            key={kind.title}
            title={kind.title}
            about={`of ${name} in ${rangeWords[range].long}`}
            times={times}
            lines={linesOf(kind, series, range)}
            scale={kind.scale}
            words={kind.words}
            sync="machine"
            marks={kind.title === 'Memory' ? marks : undefined}
            note={kind.title === 'Memory' ? describeKills(kills) : undefined}
          />
        ))}
    </div>
  )
}

const isTold = ({ isOptional, lines }: Kind, { points }: MachineSeries) =>
  !isOptional || lines.some(([measure]) => points[measure].some((value) => value !== null))

function linesOf({ lines, peak }: Kind, { points }: MachineSeries, range: StatsRange): ChartLine[] {
  const all = peak && range !== 'live' ? [...lines, peak] : lines
  return all.map(([measure, name, colour]) => ({ name, colour, values: points[measure] }))
}
