import { useMemo } from 'react'
import { useFigures, useSeries } from '#live/use-live.ts'
import { Chart } from '#parts/charts/chart.tsx'
import { chartData } from './chart-data.ts'
import { type ChartKind, kinds } from './chart-kinds.ts'

/** The last ten minutes, from the stream that the page has anyway. */
export default function Charts({ app }: { app: string }) {
  return kinds.map((kind) => <LiveChart key={kind.measure} app={app} kind={kind} />)
}

function LiveChart({ app, kind }: { app: string; kind: ChartKind }) {
  const { measure, title, colour, words, scale } = kind
  const series = useSeries(app)
  const figures = useFigures(app)
  const [times, values] = useMemo(() => chartData(series, measure), [series, measure])
  const lines = useMemo(() => [{ name: title, colour, values }], [title, colour, values])
  return (
    <Chart
      title={title}
      about={`of ${app} in the last 10 minutes`}
      times={times}
      lines={lines}
      now={[figures?.[measure] ?? null]}
      scale={scale}
      words={words}
      sync="app"
    />
  )
}
