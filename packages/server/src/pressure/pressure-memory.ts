import type { MachineStats } from '@berth/contract'
import { type Reading, readingsOf } from './machine-readings.ts'
import { calmSeverity } from './pressure-plan.ts'

/** What was seen of a machine over time; lost with the process, and soon seen again. */
export type MachineMemory = {
  cpuSamples: readonly { atMs: number; ratio: number }[]
  worst: Reading | null
  pressedSinceMs: number | null
  calmSinceMs: number | null
}

export type MachineSample = {
  nowMs: number
  /** Null while nothing fresh is known. */
  stats: MachineStats | null
  cpuMillis: number
  newcomers: number
}

const cpuWindowMs = 30_000
/** Most of the window: a second after its agent came, nothing is known of a machine's half minute. */
const enoughWindowMs = 25_000

export const unseen: MachineMemory = { cpuSamples: [], worst: null, pressedSinceMs: null, calmSinceMs: null }

/** The memory after one more look. */
export function remember(before: MachineMemory, sample: MachineSample): MachineMemory {
  const { nowMs, stats, cpuMillis, newcomers } = sample
  if (!stats) return unseen
  const cpuSamples = [
    ...before.cpuSamples.filter(({ atMs }) => atMs > nowMs - cpuWindowMs),
    { atMs: nowMs, ratio: stats.cpuRatio },
  ]
  const [worst = null] = readingsOf({ stats, cpuRatio: meanOf(cpuSamples, nowMs), cpuMillis, newcomers })
  const severity = worst?.severity ?? 0
  return {
    cpuSamples,
    worst,
    pressedSinceMs: severity > 1 ? (before.pressedSinceMs ?? nowMs) : null,
    calmSinceMs: severity < calmSeverity ? (before.calmSinceMs ?? nowMs) : null,
  }
}

function meanOf(samples: MachineMemory['cpuSamples'], nowMs: number): number | null {
  const [first] = samples
  if (!first || nowMs - first.atMs < enoughWindowMs) return null
  return samples.reduce((sum, { ratio }) => sum + ratio, 0) / samples.length
}
