import { followStats, type StatsEvent } from '@berth/contract'
import { useEffect, useRef } from 'react'
import { client } from '#api/client.ts'
import { noticeError } from '#api/session.ts'
import { waitBeforeTryMs } from './live-status.ts'

type Wish = { isWanted: boolean; onEvent(event: StatsEvent): void; onBegin?(): void }

/**
 * What is measured each second, for a page that shows it. Connects again by itself, and lets go while nobody looks, as a
 * browser has few connections for a host.
 */
export function useStatsStream(wish: Wish): void {
  const latest = useRef(wish)
  latest.current = wish
  const { isWanted } = wish
  useEffect(() => {
    if (!isWanted) return
    let stop = new AbortController()
    const begin = () => {
      stop.abort()
      stop = new AbortController()
      if (!document.hidden) void follow(latest, stop.signal)
    }
    begin()
    document.addEventListener('visibilitychange', begin)
    return () => {
      document.removeEventListener('visibilitychange', begin)
      stop.abort()
    }
  }, [isWanted])
}

async function follow(latest: { current: Wish }, signal: AbortSignal) {
  for (let failures = 0; !signal.aborted; ) {
    try {
      latest.current.onBegin?.()
      for await (const event of client.stream(followStats, { query: {} }, { signal })) {
        if (signal.aborted) return
        failures = 0
        latest.current.onEvent(event)
      }
    } catch (error) {
      if (!signal.aborted) noticeError(error)
    }
    failures++
    await pause(waitBeforeTryMs(failures, Math.random()), signal)
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(resolve, ms)
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', end, { once: true })
  })
