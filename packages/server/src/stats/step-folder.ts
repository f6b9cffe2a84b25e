import type { ChunkShelf } from './chunk-shelf.ts'
import { type LiveRings, secondMs, secondsKept } from './live-rings.ts'
import { columnsOf } from './measures.ts'
import { coarse, fine } from './retention.ts'
import { fold } from './sample-table.ts'
import type { Subject } from './subject.ts'

const leastShare = 500
const shares = 10

/**
 * Makes of the seconds that are over steps of 15 s, and of those steps of 5 min. A coarse step is folded out of the fine
 * ones, which are kept, so that a restart in the middle of one costs it nothing but the time that nobody measured.
 */
export function stepFolder(rings: LiveRings, shelf: ChunkShelf) {
  let foldedUntilMs: number | undefined
  let waiting: { subject: Subject; startMs: number }[] = []
  let shareSize = leastShare

  function foldStep(subject: Subject, startMs: number) {
    const names = columnsOf(subject.kind)
    const seconds = rings.read(subject, startMs, fine.stepMs / secondMs)
    if (seconds) shelf.put(subject, fold([seconds], { startMs, stepMs: fine.stepMs, points: 1 }, names))
    const endMs = startMs + fine.stepMs
    if (endMs % coarse.stepMs !== 0) return
    const steps = shelf.find(subject, fine, startMs)
    const whole = { startMs: endMs - coarse.stepMs, stepMs: coarse.stepMs, points: 1 }
    if (steps) shelf.put(subject, fold([steps], whole, names))
  }

  function foldShare(size: number) {
    for (const { subject, startMs } of waiting.slice(0, size)) foldStep(subject, startMs)
    waiting = waiting.slice(size)
  }

  /** What ended before this moment waits for its turn. */
  function endSteps(nowMs: number) {
    const untilMs = Math.floor(nowMs / fine.stepMs) * fine.stepMs
    const oldestMs = untilMs - secondsKept * secondMs
    const fromMs = Math.max(foldedUntilMs ?? untilMs, oldestMs)
    for (let startMs = fromMs; startMs < untilMs; startMs += fine.stepMs) {
      waiting.push(...rings.subjects().map((subject) => ({ subject, startMs })))
      shareSize = Math.max(leastShare, Math.ceil(waiting.length / shares))
    }
    foldedUntilMs = untilMs
  }

  return {
    /** Called each second. What thousands of subjects have to fold is spread over several, so that nobody waits for it. */
    fold(nowMs: number) {
      endSteps(nowMs)
      foldShare(shareSize)
    },
    /** Everything, also what there is of the step that is not over: for a stop, after which nobody could fold it. */
    foldAll(nowMs: number) {
      endSteps(nowMs)
      foldShare(waiting.length)
      const startMs = Math.floor(nowMs / fine.stepMs) * fine.stepMs
      for (const subject of rings.subjects()) foldStep(subject, startMs)
    },
  }
}
