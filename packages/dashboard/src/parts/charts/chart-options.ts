import type uPlot from 'uplot'
import { byteTicks, describeTick } from './chart-words.ts'
import type { Values } from './series.ts'

export type ChartLine = {
  name: string
  /** A variable of theme.css. */
  colour: string
  values: Values
}

export type ChartScale = {
  /** At the axis, where there is little room. */
  tick(value: number): string
  /** The full height is at least this, so that nothing does not look like much. */
  leastTop: number
  /** And at most this, where there cannot be more. */
  mostTop?: number | undefined
  isBytes?: boolean | undefined
}

export type ChartHooks = {
  /** Undefined: nothing is pointed at any more. */
  onPoint(index: number | undefined): void
  /** Times in seconds at which something happened that must be seen. */
  marks(): readonly number[]
}

type Wish = { element: HTMLElement; lines: readonly ChartLine[]; scale: ChartScale; hooks: ChartHooks; sync: string }

export const sizeOf = (element: HTMLElement) => ({ width: element.clientWidth, height: element.clientHeight })

/** How a chart looks and answers to the pointer; all with the same `sync` show the same moment. */
export function chartOptions({ element, lines, scale, hooks, sync }: Wish): uPlot.Options {
  const styles = getComputedStyle(element)
  const colour = (name: string) => styles.getPropertyValue(name).trim()
  const topOf = (top: number) =>
    Math.min(Math.max(top * 1.15, scale.leastTop), scale.mostTop ?? Number.POSITIVE_INFINITY)
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
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false }, sync: { key: sync } },
    scales: { y: { range: (_, __, top) => [0, topOf(top ?? 0)] } },
    axes: [
      {
        ...axis,
        size: 26,
        space: 70,
        values: (plot, ticks) => ticks.map((atS) => describeTick(atS * 1_000, spanOf(plot))),
      },
      {
        ...axis,
        size: 46,
        space: 28,
        ...(scale.isBytes ? { splits: (_, __, ___, top) => byteTicks(top) } : {}),
        values: (_, ticks) => ticks.map((value) => scale.tick(value)),
      },
    ],
    series: [{}, ...lines.map((line) => lineStyle(colour(line.colour), lines.length === 1))],
    hooks: {
      setCursor: [({ cursor: { idx } }) => hooks.onPoint(idx ?? undefined)],
      draw: [(plot) => drawMarks(plot, hooks.marks(), colour('--tone-bad'))],
    },
  }
}

const spanOf = ({ scales: { x } }: uPlot) => ((x?.max ?? 0) - (x?.min ?? 0)) * 1_000

const lineStyle = (stroke: string, isFilled: boolean): uPlot.Series => ({
  stroke,
  ...(isFilled ? { fill: `color-mix(in srgb, ${stroke} 12%, transparent)` } : {}),
  width: 1.5,
  points: { show: false },
  spanGaps: false,
})

function drawMarks({ ctx, bbox, valToPos }: uPlot, times: readonly number[], stroke: string) {
  ctx.save()
  ctx.strokeStyle = stroke
  ctx.lineWidth = 1.5
  ctx.setLineDash([3, 3])
  for (const atS of times) {
    const x = valToPos(atS, 'x', true)
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}
