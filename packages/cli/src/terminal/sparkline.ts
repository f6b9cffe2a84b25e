const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** The last so many values as a line of bars, the newest at its right end; a gap where nothing was measured. */
export function sparkline(values: readonly (number | null)[], { width, max }: { width: number; max: number }): string {
  const shown = values.slice(-width)
  const top = Math.max(max, ...shown.map((value) => value ?? 0))
  return shown
    .map((value) => (value === null ? ' ' : bars[barOf(value, top)]))
    .join('')
    .padStart(width)
}

const barOf = (value: number, top: number) =>
  Math.min(bars.length - 1, Math.max(0, Math.round((value / top) * (bars.length - 1)) || 0))
