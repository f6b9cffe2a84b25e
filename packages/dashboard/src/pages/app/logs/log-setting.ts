import type { LogLooks } from './log-list.tsx'

const key = 'berth-log'

/** How somebody likes to read logs, kept by their browser. */
export function readLogSetting(): LogLooks {
  const isNarrow = window.matchMedia('(max-width: 48em)').matches
  const usual = { isWrapped: true, hasTimes: !isNarrow }
  try {
    const { isWrapped, hasTimes } = JSON.parse(localStorage.getItem(key) ?? '{}') as Record<string, unknown>
    return {
      isWrapped: typeof isWrapped === 'boolean' ? isWrapped : usual.isWrapped,
      hasTimes: typeof hasTimes === 'boolean' ? hasTimes : usual.hasTimes,
    }
  } catch {
    return usual
  }
}

export function writeLogSetting(looks: LogLooks): void {
  try {
    localStorage.setItem(key, JSON.stringify(looks))
  } catch {
    // A browser that keeps nothing shows logs in the usual way the next time.
  }
}
