import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

type Place = { address: string; host: string }

const perSecond = 50
const patienceMs = 10_000

export type Visits = { timesMs: number[]; failed: number }

/**
 * Asks an app so often a second until `until` is done, whether or not the requests before were answered. Times are from
 * when a request was due, so that one that is held up does not spare those behind it.
 */
export async function visitUntil(place: Place, until: Promise<unknown>, signal: AbortSignal): Promise<Visits> {
  const agent = new Agent({ keepAlive: true })
  let isOver = false
  const end = () => {
    isOver = true
  }
  until.then(end, end)
  const startMs = performance.now()
  const asked: Promise<number | undefined>[] = []
  for (let number = 0; !isOver; number++) {
    const dueMs = startMs + (number * 1_000) / perSecond
    await delay(Math.max(0, dueMs - performance.now()), undefined, { signal })
    asked.push(visit(place, dueMs, agent))
  }
  const times = await Promise.all(asked)
  agent.destroy()
  await until
  const timesMs = times.filter((ms) => ms !== undefined)
  return { timesMs, failed: times.length - timesMs.length }
}

function visit({ address, host }: Place, dueMs: number, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = request({ host: address, port: 80, headers: { host }, agent }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode === 200 ? performance.now() - dueMs : undefined))
      answer.once('error', () => resolve(undefined))
    })
    sent.setTimeout(patienceMs, () => sent.destroy())
    sent.once('error', () => resolve(undefined))
    sent.end()
  })
}

export function percentile(values: readonly number[], ratio: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * ratio))] ?? Number.NaN
}
