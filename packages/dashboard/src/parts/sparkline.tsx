import { memo } from 'react'
import classes from './sparkline.module.css'
import { drawSparkline } from './sparkline-path.ts'

type Props = {
  /** Oldest first; null leaves a gap. */
  values: readonly (number | null)[]
  /** Read out instead of the line: "requests per second". */
  label: string
  width?: number
  height?: number
  /** What the full height stands for; else the largest value. */
  max?: number
  /** How many points fill the width; fewer stand at the right end. */
  points?: number
}

/** A tiny line without axes. */
export const Sparkline = memo(function Sparkline({
  values,
  label,
  width = 96,
  height = 24,
  max,
  points = Math.max(values.length, 2),
}: Props) {
  const { line, area } = drawSparkline(values, { width, height, max, points })
  return (
    <svg className={classes.spark} role="img" aria-label={label} width={width} height={height}>
      <path className={classes.area} d={area} />
      <path className={classes.line} d={line} />
    </svg>
  )
})
