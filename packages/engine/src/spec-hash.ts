import { createHash } from 'node:crypto'
import type { DesiredService } from './engine.ts'

/** Same for two services that differ only in their replicas, in the machines that they leave, or in the order in which something was written. */
export function specHashOf({ replicas: _, avoids: __, ...spec }: DesiredService): string {
  return hashOf(spec)
}

export const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('hex').slice(0, 32)

function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
