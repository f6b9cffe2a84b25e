import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'

/** Waits until something is true; as long as it is not, the answer says what it is instead. */
export async function eventually(what: string, isTrue: () => Promise<string | true> | string | true, forMs = 40_000) {
  const deadline = performance.now() + forMs
  for (;;) {
    const answer = await isTrue()
    if (answer === true) return
    if (performance.now() > deadline) assert.fail(`never ${what}: ${answer}`)
    await delay(200)
  }
}
