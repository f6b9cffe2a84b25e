import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import { useFigures, useSeries } from '#live/use-live.ts'
import { describeClockTime } from '#parts/time-words.ts'
import { bytesOf, coresOf, formatCores, formatRate, rateOf } from '../figure-words.ts'
import { chartData, memoryTicks } from './chart-data.ts'
import classes from './overview.module.css'

const rateTick = (value: number) => (Number.isInteger(value) && value < 1_000 ? `${value}` : formatRate(value))

type Measure = 'requestsPerSecond' | 'errorsPerSecond' | 'cpuRatio' | 'memoryBytes'
type ChartKind = {
  measure: Measure
  title: string
  colour: string
  words(value: number | null | undefined): string
  /** At the axis, where there is little room. */
  tick(value: number): string
  /** The full height is at least this, so that nothing does not look like much. */
  leastTop: number
}

const kinds: readonly ChartKind[] = [
  { measure: 'requestsPerSecond', title: 'Requests', colour: '--accent', words: rateOf, tick: rateTick, leastTop: 4 },
  { measure: 'errorsPerSecond', title: 'Errors', colour: '--tone-bad', words: rateOf, tick: rateTick, leastTop: 4 },
  { measure: 'cpuRatio', title: 'CPU', colour: '--tone-busy', words: coresOf, tick: formatCores, leastTop: 0.05 },
  {
    measure: 'memoryBytes',
    title: 'Memory',
    colour: '--tone-good',
    words: bytesOf,
    tick: (value) => bytesOf(value).replace('iB', ''),
    leastTop: 16 * 1024 ** 2,
  },
]

export default function Charts({ app }: { app: string }) {
  return kinds.map((kind) => <Chart key={kind.measure} app={app} kind={kind} />)
}

function Chart({ app, kind }: { app: string; kind: ChartKind }) {
  const figures = useFigures(app)
  const series = useSeries(app)
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false })
  const [pointed, setPointed] = useState<string>()

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme has other colours, which are read from the page.
  useEffect(() => {
    const element = place.current
    if (!element) return
    const made = new uPlot(optionsOf(kind, element, setPointed), chartData(undefined, kind.measure), element)
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize(sizeOf(element)))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [kind, scheme])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a plot that was made anew needs its points as well.
  useEffect(() => {
    plot.current?.setData(chartData(series, kind.measure))
  }, [series, kind, scheme])

  const now = kind.words(figures?.[kind.measure])
  return (
    <figure className={classes.chart}>
      <figcaption>
        <span className={classes.chartTitle}>{kind.title}</span>
        <span className={classes.chartNow}>{pointed ?? now}</span>
      </figcaption>
      <div
        ref={place}
        className={classes.plot}
        role="img"
        aria-label={`${kind.title} of ${app} in the last 10 minutes; now ${now}`}
      />
    </figure>
  )
}

const sizeOf = (element: HTMLElement) => ({ width: element.clientWidth, height: element.clientHeight })

function optionsOf(kind: ChartKind, element: HTMLElement, onPoint: (words: string | undefined) => void): uPlot.Options {
  const styles = getComputedStyle(element)
  const colour = (name: string) => styles.getPropertyValue(name).trim()
  const axis: uPlot.Axis = {
    stroke: colour('--soft'),
    font: `11px ${styles.fontFamily}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  return {
    ...sizeOf(element),
    legend: { show: false },
    padding: [8, 14, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false }, sync: { key: 'figures' } },
    scales: { y: { range: (_, __, top) => [0, Math.max(top * 1.15, kind.leastTop)] } },
    axes: [
      {
        ...axis,
        size: 26,
        space: 70,
        values: (_, ticks) => ticks.map((at) => describeClockTime(at * 1_000).slice(0, 5)),
      },
      {
        ...axis,
        size: 46,
        space: 28,
        ...(kind.measure === 'memoryBytes' ? { splits: (_, __, ___, top) => memoryTicks(top) } : {}),
        values: (_, ticks) => ticks.map((value) => kind.tick(value)),
      },
    ],
    series: [
      {},
      {
        stroke: colour(kind.colour),
        fill: `color-mix(in srgb, ${colour(kind.colour)} 12%, transparent)`,
        width: 1.5,
        points: { show: false },
        spanGaps: false,
      },
    ],
    hooks: {
      setCursor: [
        ({ cursor: { idx }, data: [times, values] }) => {
          const at = idx == null ? undefined : times[idx]
          const value = idx == null ? undefined : values?.[idx]
          onPoint(at === undefined ? undefined : `${describeClockTime(at * 1_000)}: ${kind.words(value)}`)
        },
      ],
    },
  }
}
