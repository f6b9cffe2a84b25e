import type { PlatformError } from '@berth/contract'
import { useEffect, useState } from 'react'
import { readWaitSeconds } from './wait-seconds.ts'

/** Counts down how long one has to wait after an error; 0 when one may try. */
export function useWait(error: PlatformError | null): number {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const waitSeconds = readWaitSeconds(error)
    setSeconds(waitSeconds)
    if (waitSeconds === 0) return
    const endMs = Date.now() + waitSeconds * 1_000
    const timer = setInterval(() => {
      const restMs = Math.max(endMs - Date.now(), 0)
      setSeconds(Math.ceil(restMs / 1_000))
      if (restMs === 0) clearInterval(timer)
    }, 250)
    return () => clearInterval(timer)
  }, [error])
  return seconds
}
