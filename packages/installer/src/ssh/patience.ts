/** A time limit that stands still while something else than the other side is waited for. */
export type Patience = ReturnType<typeof patience>

export function patience(limitMs: number) {
  let leftMs = limitMs
  let sinceMs = performance.now()
  let onEnd: () => void = () => undefined
  let timer = setTimeout(() => onEnd(), leftMs)

  async function pausedFor<T>(work: () => Promise<T>): Promise<T> {
    clearTimeout(timer)
    leftMs -= performance.now() - sinceMs
    try {
      return await work()
    } finally {
      sinceMs = performance.now()
      timer = setTimeout(() => onEnd(), Math.max(leftMs, 0))
    }
  }

  return {
    pausedFor,
    onEnd(callback: () => void) {
      onEnd = callback
    },
    end() {
      onEnd = () => undefined
      clearTimeout(timer)
    },
  }
}
