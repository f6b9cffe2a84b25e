import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export type Place = { address: string; host: string }
export type Visits = { timesMs: number[]; failed: number }

const run = promisify(execFile)
const program = fileURLToPath(new URL('visitors.ts', import.meta.url))

/**
 * Asks an app fifty times a second until `until` is done. Visitors have machines of their own; as these use the same cores as
 * what they visit, they go before all that would keep them from asking and from hearing the answer.
 */
export async function visitUntil(place: Place, until: Promise<unknown>, signal: AbortSignal): Promise<Visits> {
  const argv = ['--fifo', '1', process.execPath, program, JSON.stringify(place)]
  const visiting = run('chrt', argv, { signal, maxBuffer: 64 * 1024 ** 2 })
  const end = () => visiting.child.stdin?.end()
  until.then(end, end)
  const { stdout } = await visiting
  await until
  return JSON.parse(stdout)
}

export function percentile(values: readonly number[], ratio: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * ratio))] ?? Number.NaN
}
