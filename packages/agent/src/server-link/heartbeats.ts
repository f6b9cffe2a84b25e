const secondMs = 1_000
const gapMs = 100

export interface Heartbeats {
  /** Something changed that should not wait for the next second. */
  hurry(): void
  /** Beats until the signal, or until a beat fails. */
  run(signal: AbortSignal): Promise<void>
}

/** Beats each second, and sooner when hurried; beats never overlap and are at least 0.1 s apart. */
export function heartbeats(beat: () => Promise<void>, intervalMs = secondMs): Heartbeats {
  let isHurried = false
  let wake = () => {}

  function hurry() {
    isHurried = true
    wake()
  }

  async function run(signal: AbortSignal) {
    while (!signal.aborted) {
      isHurried = false
      await beat()
      await pause(gapMs, signal)
      if (!isHurried)
        await pause(intervalMs - gapMs, signal, (end) => {
          wake = end
        })
    }
  }

  return { hurry, run }
}

/** Ends early with the signal, or when what `canEnd` was given is called. */
function pause(ms: number, signal: AbortSignal, canEnd?: (end: () => void) => void): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
    canEnd?.(end)
  })
}
