import type { ReactNode } from 'react'
import { describePercent, fullnessOf } from './machine-words.ts'
import classes from './machines.module.css'

type Props = {
  label: string
  /** Null: nobody measured. */
  ratio: number | null
  /** How much of how much. */
  words: ReactNode
  /** Whose it is, for who hears it rather than sees it. */
  of: string
  /** Space runs out; a processor is only busy. */
  isSpace?: boolean
  /** How it went lately. */
  trend?: ReactNode
}

const spaceRemarks = { plain: '', high: 'filling up', full: 'almost full' } as const
const timeRemarks = { plain: '', high: '', full: 'very busy' } as const

/** A bar with its numbers. */
export function Meter({ label, ratio, words, of, isSpace = false, trend }: Props) {
  const fullness = ratio === null ? 'plain' : fullnessOf(ratio)
  const remark = (isSpace ? spaceRemarks : timeRemarks)[fullness]
  return (
    <div className={classes.meter} data-fullness={remark === '' ? 'plain' : fullness}>
      <span className={classes.meterLabel}>{label}</span>
      {trend ? <span className={classes.trend}>{trend}</span> : null}
      <span className={classes.percent}>{ratio === null ? '–' : describePercent(ratio)}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> in colours of their own. */}
      <div
        className={classes.bar}
        role="meter"
        aria-label={`${label} of ${of}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={ratio === null ? 0 : Math.round(ratio * 100)}
        aria-valuetext={ratio === null ? 'not measured' : `${describePercent(ratio)} ${remark}`.trim()}
      >
        <div className={classes.fill} style={{ width: `${(ratio ?? 0) * 100}%` }} />
      </div>
      <span className={classes.meterWords}>
        {words}
        {remark ? <strong>, {remark}</strong> : null}
      </span>
    </div>
  )
}
