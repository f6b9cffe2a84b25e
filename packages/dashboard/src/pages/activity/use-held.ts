import type { ActivityEvent } from '@berth/contract'
import { type RefObject, useEffect, useMemo, useState } from 'react'
import { splitHeld } from './feed.ts'

const topPx = 16

/**
 * New events come in by themselves only while nobody reads: at the top of the page, with neither pointer nor focus in
 * the list. Otherwise they wait until they are asked for.
 */
export function useHeld(events: readonly ActivityEvent[], list: RefObject<HTMLElement | null>) {
  const [newestShownId, setNewestShownId] = useState<string>()
  const { held, shown } = useMemo(() => splitHeld(events, newestShownId), [events, newestShownId])
  const newestId = events[0]?.id

  useEffect(() => {
    if (newestId === newestShownId) return
    const takeIfQuiet = () => {
      if (!isRead(list.current)) setNewestShownId(newestId)
    }
    takeIfQuiet()
    window.addEventListener('scroll', takeIfQuiet, { passive: true })
    return () => window.removeEventListener('scroll', takeIfQuiet)
  }, [newestId, newestShownId, list])

  return { held, shown, showHeld: () => setNewestShownId(newestId) }
}

const isRead = (list: HTMLElement | null) =>
  window.scrollY > topPx || (list !== null && (list.matches(':hover') || list.contains(document.activeElement)))
