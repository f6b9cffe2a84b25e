import type { StatsMeasure } from '@berth/contract'
import { measuresOf } from './measures.ts'
import { emptyTable, type SampleTable } from './sample-table.ts'
import { keyOf, type Subject } from './subject.ts'

export const secondMs = 1_000
export const secondsKept = 300

export type Sample = Readonly<Partial<Record<StatsMeasure, number | null>>>

/** `values` holds the seconds of the first measure, then those of the second, and so on: one piece of memory for each subject. */
type Ring = { subject: Subject; values: Float32Array; lastSecond: number }

export type LiveRings = ReturnType<typeof liveRings>

/** Each second of the last five minutes, by subject. All share one clock, so that a ring needs none of its own. */
export function liveRings() {
  const rings = new Map<string, Ring>()
  /** Number of the newest second, since 1970. */
  let newest = Number.NEGATIVE_INFINITY

  /** A second that nobody wrote must not show what was there five minutes before. */
  function advance(second: number) {
    // A clock that was set back by more than what is kept begins anew; by less, it waits until it is there again.
    if (second < newest - secondsKept) rings.clear()
    else if (second <= newest) return false
    const missed = Math.min(second - newest, secondsKept)
    for (const ring of rings.values()) {
      for (let past = 0; past < missed; past++) {
        for (let at = placeOf(second - past); at < ring.values.length; at += secondsKept) ring.values[at] = Number.NaN
      }
    }
    newest = second
    return true
  }

  /** In the second that was begun last. */
  function write(subject: Subject, sample: Sample) {
    const key = keyOf(subject)
    const ring = rings.get(key) ?? newRing(subject)
    rings.set(key, ring)
    ring.lastSecond = newest
    for (const [index, name] of measuresOf[subject.kind].entries()) {
      ring.values[index * secondsKept + placeOf(newest)] = sample[name] ?? Number.NaN
    }
  }

  return {
    /** Begins the second that the time is in; false where it is one that was begun before. */
    advance: (nowMs: number) => advance(Math.floor(nowMs / secondMs)),
    write,
    newestMs: () => newest * secondMs,
    /** Those that were not written for as long as is kept have nothing left. */
    forgetSilent() {
      for (const [key, { lastSecond }] of rings) if (newest - lastSecond >= secondsKept) rings.delete(key)
    },
    forget(isGone: (subject: Subject) => boolean) {
      for (const [key, { subject }] of rings) if (isGone(subject)) rings.delete(key)
    },
    subjects: (): Subject[] => [...rings.values()].map(({ subject }) => subject),
    /** From `startMs`, which may reach back as far as is kept; undefined for a subject without values. */
    read(subject: Pick<Subject, 'kind' | 'name'>, startMs: number, seconds: number): SampleTable | undefined {
      const ring = rings.get(keyOf(subject))
      if (!ring) return undefined
      const first = Math.floor(startMs / secondMs)
      const steps = { startMs: first * secondMs, stepMs: secondMs, points: seconds }
      const measures = measuresOf[ring.subject.kind]
      const table = emptyTable(steps, measures)
      for (const [index, name] of measures.entries()) {
        const copy = table.columns[name] as Float32Array
        for (let i = 0; i < seconds; i++) {
          const second = first + i
          if (second > newest || second <= newest - secondsKept) continue
          copy[i] = ring.values[index * secondsKept + placeOf(second)] ?? Number.NaN
        }
      }
      return table
    },
  }
}

const newRing = (subject: Subject): Ring => ({
  subject,
  values: new Float32Array(secondsKept * measuresOf[subject.kind].length).fill(Number.NaN),
  lastSecond: 0,
})

const placeOf = (second: number) => ((second % secondsKept) + secondsKept) % secondsKept
