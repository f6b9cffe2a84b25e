import { untilAborted } from './until-aborted.ts'

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
      signal.throwIfAborted()
      await untilAborted(before, signal)
      return await work()
    } finally {
      takers -= 1
      end()
    }
  }

  return { take, areTaken: () => takers > 0 }
}
