type Frame = {
  width: number
  height: number
  max?: number | undefined
  points: number
}

/** The line and the area under it, as SVG path data. What nobody measured is a gap, not a zero. */
export function drawSparkline(values: readonly (number | null)[], frame: Frame): { line: string; area: string } {
  const shown = values.slice(-frame.points)
  const top = Math.max(frame.max ?? 0, ...shown.map((value) => value ?? 0), Number.MIN_VALUE)
  const bottomY = frame.height - 1
  const xOf = (index: number) => ((frame.points - shown.length + index) * frame.width) / Math.max(frame.points - 1, 1)
  const yOf = (value: number) => bottomY - (Math.min(Math.max(value, 0), top) / top) * (frame.height - 3)

  let line = ''
  let area = ''
  for (const run of findRuns(shown)) {
    const points = run.map(({ index, value }) => `${round(xOf(index))} ${round(yOf(value))}`)
    const [first, last] = [run[0], run.at(-1)]
    if (!first || !last) continue
    // A point alone would not be seen: it gets a dot, which is a line of no length with round ends.
    line += `M${points.join('L')}${points.length === 1 ? 'h0' : ''}`
    area += `M${round(xOf(first.index))} ${bottomY}L${points.join('L')}L${round(xOf(last.index))} ${bottomY}Z`
  }
  return { line, area }
}

type Point = { index: number; value: number }

function findRuns(values: readonly (number | null)[]): Point[][] {
  const runs: Point[][] = []
  let run: Point[] | undefined
  values.forEach((value, index) => {
    if (value === null) {
      run = undefined
      return
    }
    if (!run) {
      run = []
      runs.push(run)
    }
    run.push({ index, value })
  })
  return runs
}

const round = (value: number) => Math.round(value * 10) / 10
