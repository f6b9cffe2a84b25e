const steps = [
  { unitMs: 86_400_000, name: 'd' },
  { unitMs: 3_600_000, name: 'h' },
  { unitMs: 60_000, name: 'min' },
  { unitMs: 1000, name: 's' },
]

/** "in 3 min"; what has passed is "passed". */
export function timeUntil(at: string, nowMs: number): string {
  const leftMs = Date.parse(at) - nowMs
  const step = steps.find(({ unitMs }) => leftMs >= unitMs)
  if (step) return `in ${Math.floor(leftMs / step.unitMs)} ${step.name}`
  return leftMs > 0 ? 'in a moment' : 'passed'
}

/** "3 min ago"; what lies in the future, as between two clocks, is "just now". */
export function relativeTime(at: string, nowMs: number): string {
  const ageMs = nowMs - Date.parse(at)
  const step = steps.find(({ unitMs }) => ageMs >= unitMs)
  return step ? `${Math.floor(ageMs / step.unitMs)} ${step.name} ago` : 'just now'
}
