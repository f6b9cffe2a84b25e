import { isDeepStrictEqual } from 'node:util'
import type { Changes } from '../changes.ts'

// Also without a notice, which reaches only this process: another server may be the one that acts.
const lookAgainMs = 1_000

export type Followed<Value> = { read(): Promise<Value>; isOver(value: Value): boolean }

/** The value as it is, then whenever it has changed, until it is over. */
export async function* followChanges<Value>(
  { read, isOver }: Followed<Value>,
  changes: Changes,
  signal: AbortSignal,
): AsyncGenerator<Value> {
  let last: Value | undefined
  for (;;) {
    // Listening starts before reading, so that a change in between is not missed.
    const changed = changes.wait(lookAgainMs, signal)
    changed.catch(() => undefined)
    const value = await read()
    if (!isDeepStrictEqual(value, last)) yield value
    last = value
    if (isOver(value)) return
    await changed
  }
}
