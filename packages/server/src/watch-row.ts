import { isDeepStrictEqual } from 'node:util'
import type { Changes } from './changes.ts'

// Also without a notice, which reaches only this process: another server may be the one that acts.
const lookAgainMs = 1_000

type Watched<Row> = { read(): Promise<Row>; hasEnded(row: Row): boolean; changes: Changes }

/** The row as it is, then whenever it has changed, until it has ended. */
export async function* watchRow<Row>(
  { read, hasEnded, changes }: Watched<Row>,
  signal: AbortSignal,
): AsyncGenerator<Row> {
  let last: Row | undefined
  for (;;) {
    // Listening starts before reading, so that a change in between is not missed.
    const changed = changes.wait(lookAgainMs, signal)
    changed.catch(() => undefined)
    const row = await read()
    if (!isDeepStrictEqual(row, last)) yield row
    last = row
    if (hasEnded(row)) return
    await changed
  }
}
