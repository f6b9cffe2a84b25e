import type { MonotonicClock } from './monotonic-clock.ts'

export interface FakeClock extends MonotonicClock {
  /** Lets time pass; whoever waits is woken in order, and comes to rest in between. */
  advance(durationMs: number): Promise<void>
  /** Time passes while nobody can act, as for a process that was frozen. */
  jump(durationMs: number): void
}

const atRest = () => new Promise<void>((resolve) => setImmediate(resolve))

export function fakeClock(): FakeClock {
  let nowMs = 0
  const sleepers = new Set<{ wakeAtMs: number; wake(): void }>()

  const wait: FakeClock['wait'] = (durationMs, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const sleeper = { wakeAtMs: nowMs + Math.max(durationMs, 0), wake }
      function wake() {
        sleepers.delete(sleeper)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      sleepers.add(sleeper)
      signal.addEventListener('abort', wake)
    })

  const nextDue = (untilMs: number) =>
    [...sleepers].filter(({ wakeAtMs }) => wakeAtMs <= untilMs).sort((a, b) => a.wakeAtMs - b.wakeAtMs)[0]

  async function advance(durationMs: number) {
    const untilMs = nowMs + durationMs
    await atRest()
    for (let due = nextDue(untilMs); due; due = nextDue(untilMs)) {
      nowMs = Math.max(nowMs, due.wakeAtMs)
      due.wake()
      await atRest()
    }
    nowMs = untilMs
    await atRest()
  }

  function jump(durationMs: number) {
    nowMs += durationMs
  }

  return { nowMs: () => nowMs, wait, advance, jump }
}
