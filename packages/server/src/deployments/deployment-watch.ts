import { isDeepStrictEqual } from 'node:util'
import type { Changes } from '../changes.ts'
import { isActive } from './deployment-progress.ts'
import type { DeploymentRow } from './deployment-row.ts'

// Also without a notice, which reaches only this process: another server may be the one that acts.
const lookAgainMs = 1_000

/** The row as it is, then whenever it has changed, until it has ended. */
export async function* watchDeployment(
  read: () => Promise<DeploymentRow>,
  changes: Changes,
  signal: AbortSignal,
): AsyncGenerator<DeploymentRow> {
  let last: DeploymentRow | undefined
  for (;;) {
    // Listening starts before reading, so that a change in between is not missed.
    const changed = changes.wait(lookAgainMs, signal)
    changed.catch(() => undefined)
    const row = await read()
    if (!isDeepStrictEqual(row, last)) yield row
    last = row
    if (!isActive(row)) return
    await changed
  }
}
