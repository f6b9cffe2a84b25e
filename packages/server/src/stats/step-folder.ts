import type { ChunkShelf } from './chunk-shelf.ts'
import { type LiveRings, secondMs, secondsKept } from './live-rings.ts'
import { columnsOf } from './measures.ts'
import { coarse, fine } from './retention.ts'
import { fold } from './sample-table.ts'
import type { Subject } from './subject.ts'

/**
 * Makes of the seconds that are over steps of 15 s, and of those steps of 5 min. A coarse step is folded out of the fine
 * ones, which are kept, so that a restart in the middle of one costs it nothing but the time that nobody measured.
 */
export function stepFolder(rings: LiveRings, shelf: ChunkShelf) {
  let foldedUntilMs: number | undefined

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

  return {
    /** Everything that ended before this moment. */
    foldUntil(nowMs: number) {
      const untilMs = Math.floor(nowMs / fine.stepMs) * fine.stepMs
      const oldestMs = untilMs - secondsKept * secondMs
      const fromMs = Math.max(foldedUntilMs ?? untilMs, oldestMs)
      for (let startMs = fromMs; startMs < untilMs; startMs += fine.stepMs) {
        for (const subject of rings.subjects()) foldStep(subject, startMs)
      }
      foldedUntilMs = untilMs
    },
    /** Of the step that is not over, what there is: for a stop, after which nobody could fold it. */
    foldPart(nowMs: number) {
      const startMs = Math.floor(nowMs / fine.stepMs) * fine.stepMs
      for (const subject of rings.subjects()) foldStep(subject, startMs)
    },
  }
}
