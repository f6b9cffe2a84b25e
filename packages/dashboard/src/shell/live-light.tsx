import { useEffect, useState } from 'react'
import { useLiveStatus } from '#live/use-live.ts'
import classes from './live-light.module.css'
import { describeStatus } from './live-words.ts'

/** Whether what is shown is right at this moment: as a shape and in words, in the same place always. */
export function LiveLight() {
  const status = useLiveStatus()
  const now = useNow(status.state !== 'live')
  const { tone, words } = describeStatus(status, now)
  return (
    <div className={classes.light} data-tone={tone} role="status">
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
        {tone === 'live' ? (
          <circle cx="5" cy="5" r="4" fill="currentColor" />
        ) : (
          <circle cx="5" cy="5" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="3 2" />
        )}
      </svg>
      {/* Read out when it changes from one to another, not with every second. */}
      <span aria-hidden="true">{words}</span>
      <span className={classes.unseen}>{tone === 'live' ? 'Live' : 'Not live'}</span>
    </div>
  )
}

/** Now, moving on each second while `isCounting`. */
export function useNow(isCounting: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isCounting) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [isCounting])
  return now
}
