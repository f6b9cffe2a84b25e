import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { noticeError } from '#api/session.ts'
import { useLiveStatus } from '#live/use-live.ts'
import type { LogFeed } from './log-feed.ts'
import { createLogRing, type LogRing } from './log-ring.ts'
import { createLogView, type LogFilter } from './log-view.ts'

/** More than anybody reads, and little enough that a page which is left open for days stays small. */
const mostLines = 20_000
const mostCharacters = 16_000_000
/** Lines come one by one and fast; what shows them is told at most this often. */
const tellEveryMs = 120

export type Log = ReturnType<typeof createLog>

/** Where the lines come from. */
type MakeFeed = (deps: { ring: LogRing; onChange(): void }) => LogFeed

/** A log from now on, until the page is left. `makeFeed` must be the same as long as the log is. */
export function useLog(makeFeed: MakeFeed): Log {
  const log = useMemo(() => createLog(makeFeed), [makeFeed])
  useEffect(() => {
    log.feed.start()
    return log.stop
  }, [log])
  useSyncExternalStore(log.subscribe, log.version)
  useReconnect(log)
  return log
}

/** A connection that died without a word is seen by the live stream first, which hears something all the time. */
function useReconnect(log: Log) {
  const { state } = useLiveStatus()
  const wasStale = useRef(false)
  useEffect(() => {
    if (state === 'stale') wasStale.current = true
    if (state !== 'live' || !wasStale.current) return
    wasStale.current = false
    log.feed.reconnect()
  }, [state, log])
}

function createLog(makeFeed: MakeFeed) {
  const ring = createLogRing({ mostLines, mostCharacters })
  const view = createLogView(ring)
  const listeners = new Set<() => void>()
  let version = 0
  let isFrozen = false
  let telling: ReturnType<typeof setTimeout> | undefined

  const feed = makeFeed({
    ring,
    onChange() {
      const state = feed.getState()
      if (state.kind === 'over') noticeError(state.error)
      tellSoon()
    },
  })

  function tellSoon() {
    telling ??= setTimeout(tell, tellEveryMs)
  }

  function tell() {
    telling = undefined
    if (!isFrozen && view.advance()) telling = setTimeout(tell, 0)
    version++
    for (const listener of listeners) listener()
  }

  return {
    ring,
    view,
    feed,
    version: () => version,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    setFilter(filter: LogFilter) {
      view.setFilter(filter)
      tell()
    },
    setQuery(query: string) {
      view.setQuery(query)
      tell()
    },
    clear() {
      ring.clear()
      tell()
    },
    /** What is shown stays as it is; lines that come wait. */
    setPaused(isPaused: boolean) {
      isFrozen = isPaused
      feed.setPaused(isPaused)
      tell()
    },
    stop() {
      feed.stop()
      clearTimeout(telling)
      telling = undefined
    },
  }
}
