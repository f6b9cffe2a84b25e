import classes from './brand.module.css'

/** A ship at its berth. */
export function Brand({ size = 26 }: { size?: number }) {
  return (
    <span className={classes.brand}>
      <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
        <rect className={classes.ground} width="32" height="32" rx="8" />
        <path className={classes.line} d="M7.5 7.5V17a8.5 8.5 0 0 0 17 0V7.5" />
        <path className={classes.ship} d="M13 7.5h6V17a3 3 0 0 1-6 0z" />
      </svg>
      Berth
    </span>
  )
}
