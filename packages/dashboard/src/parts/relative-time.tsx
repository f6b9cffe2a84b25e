import { useSyncExternalStore } from 'react'
import { describeExactTime, describeRelativeTime } from './time-words.ts'

type Props = {
  /** An ISO time or epoch ms. */
  at: string | number
  /** "3 min" instead of "3 min ago". */
  isBare?: boolean
}

/** "3 min ago", the exact time on hover; moves on by itself. */
export function RelativeTime({ at, isBare = false }: Props) {
  const now = useSyncExternalStore(clock.subscribe, clock.get)
  const atMs = typeof at === 'number' ? at : Date.parse(at)
  if (Number.isNaN(atMs)) return <span>{at}</span>
  return (
    <time dateTime={new Date(atMs).toISOString()} title={describeExactTime(atMs)} style={{ whiteSpace: 'nowrap' }}>
      {describeRelativeTime(atMs, Math.max(now, Date.now()), isBare)}
    </time>
  )
}

const tickMs = 5_000

/** One timer for all times on the page, and none while there are none. */
const clock = createClock()

function createClock() {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const tick = () => {
    now = Date.now()
    for (const listener of listeners) listener()
  }
  return {
    get: () => now,
    subscribe(listener: () => void) {
      listeners.add(listener)
      timer ??= setInterval(tick, tickMs)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}
