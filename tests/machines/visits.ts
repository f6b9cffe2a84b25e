import { setTimeout as delay } from 'node:timers/promises'
import type { Platform } from '../e2e/platform.ts'

/** How often each answer came: what the app said, or what else was said in its place. */
export type Visits = Map<string, number>

export const noAnswer = 'no answer'
export const justStarted = 'just started'

const visitors = 4
const pauseMs = 20

/** Visits an app at one machine's own address, also while that machine is away, until it is stopped. */
export function startVisits({ getFrom }: Pick<Platform, 'getFrom'>, address: string, host: string) {
  const visits: Visits = new Map()
  let isStopped = false

  async function visit() {
    const { status, body } = await getFrom(address, host).catch(() => ({ status: 0, body: '' }))
    const said = wordsOf(status, body)
    visits.set(said, (visits.get(said) ?? 0) + 1)
  }

  const visiting = Array.from({ length: visitors }, async () => {
    while (!isStopped) {
      await visit()
      await delay(pauseMs)
    }
  })

  return {
    seen: (said: string) => visits.get(said) ?? 0,
    async stop(): Promise<Visits> {
      isStopped = true
      await Promise.all(visiting)
      return visits
    },
  }
}

function wordsOf(status: number, body: string): string {
  if (status === 200) return body
  if (status === 0) return noAnswer
  if (status === 503 && /just started/.test(body)) return justStarted
  return `${status} ${/<title>(.*)<\/title>/.exec(body)?.[1] ?? body}`
}
