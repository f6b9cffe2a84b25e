import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { live } from '#live/live.ts'
import { useApps, useLiveStatus } from '#live/use-live.ts'
import { describeClockTime } from '#parts/time-words.ts'
import classes from './stale-note.module.css'

/** Says when the page no longer shows how things are. Lies over the page, so that nothing moves. */
export function StaleNote() {
  const { state, sinceMs } = useLiveStatus()
  const isStale = state === 'stale'
  const hasAnything = useApps() !== undefined
  // What shows states and figures pales with it, see theme.css.
  useEffect(() => {
    document.documentElement.toggleAttribute('data-stale', isStale)
    return () => document.documentElement.removeAttribute('data-stale')
  }, [isStale])
  return (
    <div className={classes.place} role="status">
      {isStale && hasAnything ? (
        <div className={classes.note}>
          <span>
            Not live: this is how things were at <time>{describeClockTime(sinceMs)}</time>. Trying to reconnect.
          </span>
          <Button size="compact-sm" variant="default" onClick={live.wake}>
            Try now
          </Button>
        </div>
      ) : null}
    </div>
  )
}
