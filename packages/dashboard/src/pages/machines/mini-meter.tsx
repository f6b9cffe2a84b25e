import { describePercent, fullnessOf } from './machine-words.ts'
import classes from './machines.module.css'

/** A bar with its number, for a table. Null: nobody measured. */
export function MiniMeter({ label, ratio }: { label: string; ratio: number | null }) {
  return (
    <div className={classes.mini} data-fullness={ratio === null ? 'plain' : fullnessOf(ratio)} data-live>
      <span>{ratio === null ? '–' : describePercent(ratio)}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> in colours of their own. */}
      <div
        className={classes.bar}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={ratio === null ? 0 : Math.round(ratio * 100)}
        aria-valuetext={ratio === null ? 'not measured' : describePercent(ratio)}
      >
        <div className={classes.fill} style={{ width: `${(ratio ?? 0) * 100}%` }} />
      </div>
    </div>
  )
}
