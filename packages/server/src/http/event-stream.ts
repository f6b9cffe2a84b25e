import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Problem } from '@berth/contract'

export const eventStreamContentType = 'text/event-stream; charset=utf-8'

/** Asked for by proxies in between too: an event that waits in somebody's buffer is late. */
const headers = {
  'content-type': eventStreamContentType,
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

export type EventStreamTimes = {
  /** Without an event for so long, the stream starts with a comment. Until then an error is an ordinary answer. */
  firstCommentMs: number
  commentMs: number
}

type Options = {
  /** Sent beside the stream's own. */
  headers: Record<string, string>
  times: EventStreamTimes
  /** What a caller gets to read of an error after the start. */
  describe(error: unknown): Problem
  signal: AbortSignal
}

/**
 * Sends each item, which is JSON already, as an event. Throws only while nothing was sent yet; later errors are sent as `event: problem`.
 * Resolves when the response has ended. The items are stopped when the signal aborts.
 */
export async function sendEvents(items: AsyncIterable<string>, response: ServerResponse, options: Options) {
  const { times, describe, signal } = options
  const iterator = items[Symbol.asyncIterator]()
  const write = (text: string) => {
    if (!response.headersSent) response.writeHead(200, { ...options.headers, ...headers })
    return response.write(text)
  }
  let timer = setTimeout(beat, times.firstCommentMs)
  function beat() {
    write(': still here\n\n')
    timer = setTimeout(beat, times.commentMs)
  }

  try {
    for (;;) {
      const next = await nextOf(iterator, signal)
      if (next.done) break
      clearTimeout(timer)
      if (!write(`data: ${next.value}\n\n`)) await once(response, 'drain', { signal })
      timer = setTimeout(beat, times.commentMs)
    }
    write('')
  } catch (error) {
    if (!response.headersSent) throw error
    if (!response.destroyed) write(`event: problem\ndata: ${JSON.stringify(describe(error))}\n\n`)
  } finally {
    clearTimeout(timer)
    // Not awaited: an iterable that waits for something else ends only when it notices the signal.
    void Promise.resolve(iterator.return?.()).catch(() => undefined)
    if (response.headersSent) response.end()
  }
}

/** Promise.race with one long-lived promise would keep something of every item until the stream ends. */
function nextOf(iterator: AsyncIterator<string>, signal: AbortSignal): Promise<IteratorResult<string>> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort))
  })
}
