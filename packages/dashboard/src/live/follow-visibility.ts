import type { LiveStore } from './live-store.ts'

/**
 * A browser has few connections for one server, and a page in the background is not looked at: after a while it lets its
 * stream go and catches up when it is seen again.
 */
const hiddenMs = 60_000

/** Runs the stream while the page may be looked at, until the returned function is called. */
export function followVisibility(live: Pick<LiveStore, 'start' | 'stop' | 'wake'>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined

  function look() {
    clearTimeout(timer)
    if (document.visibilityState === 'hidden') {
      timer = setTimeout(live.stop, hiddenMs)
      return
    }
    live.start()
    live.wake()
  }

  look()
  document.addEventListener('visibilitychange', look)
  addEventListener('online', live.wake)
  return () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', look)
    removeEventListener('online', live.wake)
    live.stop()
  }
}
