import type { PlatformError } from '@berth/contract'
import { StateBadge } from '#parts/state-badge.tsx'
import classes from './settings.module.css'

type Props = {
  test: { isSuccess: boolean; error: PlatformError | null }
  /** What is said where it works. */
  word: string
}

export function TestOutcome({ test: { isSuccess, error }, word }: Props) {
  return (
    <span className={classes.outcome} role="status">
      {isSuccess ? <StateBadge of="check" state="ok" word={word} /> : null}
      {error ? (
        <StateBadge of="check" state="failed" word={`${error.message}${error.hint ? `. ${error.hint}` : ''}`} />
      ) : null}
    </span>
  )
}
