import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import classes from './chart.module.css'
import { type ChartLine, type ChartScale, chartOptions, sizeOf } from './chart-options.ts'
import { describeMoment } from './chart-words.ts'
import { latestOf } from './series.ts'

type Props = {
  title: string
  /** Whose it is and since when, for who hears it: "of worker1 in the last hour". */
  about: string
  times: readonly number[]
  lines: readonly ChartLine[]
  scale: ChartScale
  words(value: number | null | undefined): string
  /** Of each line, where it is known better than by its last point. */
  now?: readonly (number | null)[] | undefined
  /** Charts that show the same moment when one of them is pointed at. */
  sync: string
  marks?: readonly number[] | undefined
  /** Said of the marks. */
  note?: string | undefined
}

const noMarks: readonly number[] = []

/** Lines over time; where nobody measured there is a gap. */
export function Chart(props: Props) {
  const { title, about, times, lines, words, marks = noMarks, note } = props
  const { place, pointed } = usePlot({ ...props, marks })
  const atS = pointed === undefined ? undefined : times[pointed]
  const now = props.now ?? lines.map(({ values }) => latestOf(values.slice(-mostLateSteps)))
  const shown = lines.map(({ values }, index) => words(pointed === undefined ? now[index] : values[pointed]))
  const [only] = lines.length === 1 ? shown : []
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.head}>
        <span className={classes.title}>{title}</span>
        {atS === undefined ? null : <span className={classes.at}>{describeMoment(atS * 1_000, spanMsOf(times))}</span>}
        {only === undefined ? null : <span className={classes.now}>{only}</span>}
      </figcaption>
      {lines.length > 1 ? <Legend lines={lines} shown={shown} /> : null}
      <div
        ref={place}
        className={classes.plot}
        role="img"
        aria-label={`${title} ${about}; now ${speak(lines, now, words)}`}
      />
      {note ? <p className={classes.note}>{note}</p> : null}
    </figure>
  )
}

/** What was measured of the last step may be still on its way. */
const mostLateSteps = 4

const spanMsOf = (times: readonly number[]) => ((times.at(-1) ?? 0) - (times[0] ?? 0)) * 1_000

const speak = (lines: readonly ChartLine[], now: readonly (number | null)[], words: Props['words']): string =>
  lines.map(({ name }, index) => `${lines.length > 1 ? `${name} ` : ''}${words(now[index])}`).join(', ')

function Legend({ lines, shown }: { lines: readonly ChartLine[]; shown: readonly string[] }) {
  return (
    <ul className={classes.legend}>
      {lines.map(({ name, colour }, index) => (
        <li key={name}>
          <span className={classes.swatch} style={{ background: `var(${colour})` }} />
          <span className={classes.lineName}>{name}</span> <strong>{shown[index]}</strong>
        </li>
      ))}
    </ul>
  )
}

type Plotted = Pick<Props, 'times' | 'lines' | 'scale' | 'sync'> & { marks: readonly number[] }

function usePlot({ times, lines, scale, sync, marks }: Plotted) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const latestMarks = useRef(marks)
  latestMarks.current = marks
  const [pointed, setPointed] = useState<number>()
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false })
  const look = lines.map(({ name, colour }) => `${name} ${colour}`).join('\n')

  // biome-ignore lint/correctness/useExhaustiveDependencies: other values of the same lines need no other plot.
  useEffect(() => {
    const element = place.current
    if (!element) return
    const hooks = { onPoint: setPointed, marks: () => latestMarks.current }
    const made = new uPlot(chartOptions({ element, lines, scale, hooks, sync }), [[]], element)
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize(sizeOf(element)))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [look, scale, scheme, sync])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a plot that was made anew needs its points as well.
  useEffect(() => {
    plot.current?.setData([times, ...lines.map(({ values }) => values)] as uPlot.AlignedData)
  }, [times, lines, look, scale, scheme, sync])

  return { place, pointed }
}
