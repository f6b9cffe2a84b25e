import type { ChartScale } from '#parts/charts/chart-options.ts'
import { shortBytes } from '#parts/charts/chart-words.ts'
import { bytesOf, coresOf, formatCores, formatRate, rateOf } from '../figure-words.ts'

export type ChartKind = {
  measure: 'requestsPerSecond' | 'errorsPerSecond' | 'cpuRatio' | 'memoryBytes'
  title: string
  colour: string
  words(value: number | null | undefined): string
  scale: ChartScale
}

const rateTick = (value: number) => (Number.isInteger(value) && value < 1_000 ? `${value}` : formatRate(value))
const rateScale: ChartScale = { tick: rateTick, leastTop: 4 }
export const coresScale: ChartScale = { tick: formatCores, leastTop: 0.05 }
export const memoryScale: ChartScale = { tick: shortBytes, leastTop: 16 * 1024 ** 2, isBytes: true }

export const kinds: readonly ChartKind[] = [
  { measure: 'requestsPerSecond', title: 'Requests', colour: '--accent', words: rateOf, scale: rateScale },
  { measure: 'errorsPerSecond', title: 'Errors', colour: '--tone-bad', words: rateOf, scale: rateScale },
  { measure: 'cpuRatio', title: 'CPU', colour: '--tone-busy', words: coresOf, scale: coresScale },
  { measure: 'memoryBytes', title: 'Memory', colour: '--tone-good', words: bytesOf, scale: memoryScale },
]
