import type { LogLine } from '@berth/contract'

/** Lines on their way to a reader who may be slower than those who write. */
export interface LineQueue extends AsyncIterable<LogLine> {
  push(line: LogLine): void
  /** Ends the iteration with an error. */
  fail(error: unknown): void
}

/** When more than `limit` lines wait, the oldest are left out, and a remark made by `describeLoss` says how many. */
export function lineQueue(limit: number, describeLoss: (lost: number, next: LogLine) => LogLine): LineQueue {
  let lines: LogLine[] = []
  let lost = 0
  let failure: { error: unknown } | undefined
  let wake: () => void = () => undefined

  function push(line: LogLine) {
    lines.push(line)
    // Half at once: to shift an array by one for each line would be slow just when there is too much.
    if (lines.length > limit) {
      const kept = lines.slice(-Math.ceil(limit / 2))
      lost += lines.length - kept.length
      lines = kept
    }
    wake()
  }

  function fail(error: unknown) {
    failure ??= { error }
    wake()
  }

  async function* read() {
    for (;;) {
      if (failure) throw failure.error
      const batch = lines
      const missing = lost
      lines = []
      lost = 0
      const [first] = batch
      if (!first) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      if (missing > 0) yield describeLoss(missing, first)
      yield* batch
    }
  }

  return { push, fail, [Symbol.asyncIterator]: read }
}
