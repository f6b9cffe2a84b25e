import type { Fetch, FetchAnswer } from './client.ts'

/** For 20 s: an upgrade, or a machine that died, takes the server away for some of them. A call may take 30 s. */
const retries = 40
const pauseMs = 500

export type Patience = {
  /** Gets one line when a wait begins. */
  note(text: string): void
  wait?: typeof pause
}

/**
 * Asks again where the edge says that no server is there: it gave the request to nobody. Not where the body was a stream,
 * which is gone by then.
 */
export const patientFetch =
  (fetch: Fetch, { note, wait = pause }: Patience): Fetch =>
  async (url, init) => {
    for (let retry = 1; ; retry += 1) {
      const answer = await fetch(url, init)
      const isSpent = init.body !== undefined && typeof init.body !== 'string'
      if (!isFromEdge(answer) || isSpent || retry > retries) return answer
      if (retry === 1) note('Berth is away for a moment; waiting for it ...')
      await answer.body?.cancel()
      await wait(init.signal)
    }
  }

/** Berth's own answers are problems in JSON, also where they say 503. */
const isFromEdge = ({ status, headers }: FetchAnswer) =>
  status === 503 && Boolean(headers.get('retry-after')) && !headers.get('content-type')?.includes('json')

/** Ends early when the signal aborts; the request that follows fails by itself then. */
const pause = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(end, pauseMs)
    signal.addEventListener('abort', end, { once: true })
    function end() {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
