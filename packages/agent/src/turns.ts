/** One after the other. Whoever waits may leave; those behind do not wait for that. */
export function createTurns() {
  let last: Promise<void> = Promise.resolve()
  let takers = 0

  async function take<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const before = last
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    last = before.then(() => ended)
    takers += 1
    try {
      await untilAborted(before, signal)
      return await work()
    } finally {
      takers -= 1
      end()
    }
  }

  return { take, areTaken: () => takers > 0 }
}

async function untilAborted(awaited: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([awaited, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
