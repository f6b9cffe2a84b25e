import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

export interface LoadOptions {
  /** Where to connect: an edge. */
  address: string
  port: number
  /** The app's host name. */
  host: string
  path?: string
  keepAliveWorkers?: number
  newConnectionWorkers?: number
  postWorkers?: number
  /** Of each worker, after each answer. Without one they take all that this computer has left. */
  pauseMs?: number
  /** Ends by itself after this long, whatever happens. */
  maxMs?: number
}

export interface LoadResult {
  requests: number
  /** What each failed request saw; there are no retries. */
  failures: string[]
  /** From the first failure to the last. */
  failedForMs: number
  maxMs: number
  /** How often each answer's body came, cut to 100 characters. */
  bodies: Map<string, number>
}

/** While others use the same computer: several hundred requests a second, which miss no gap that a visitor would notice. */
export const calmly = { pauseMs: 10 } as const

export interface Load {
  /** Until so many more requests have ended, well or not. */
  flows(more?: number): Promise<void>
  stop(): Promise<LoadResult>
}

/** Sends requests, one after the other in each worker, until it is stopped. */
export function startLoad(options: LoadOptions): Load {
  const { keepAliveWorkers = 8, newConnectionWorkers = 4, postWorkers = 0, pauseMs = 0, maxMs = 120_000 } = options
  const result: LoadResult = { requests: 0, failures: [], failedForMs: 0, maxMs: 0, bodies: new Map() }
  const keepAlive = new Agent({ keepAlive: true, maxSockets: keepAliveWorkers + postWorkers })
  const deadlineMs = performance.now() + maxMs
  let firstFailureMs: number | undefined
  let isStopped = false

  async function work(agent: Agent | false, method: 'GET' | 'POST') {
    while (!isStopped && performance.now() < deadlineMs) {
      const startedAtMs = performance.now()
      const { status, body } = await send(options, agent, method)
      result.requests++
      result.maxMs = Math.max(result.maxMs, performance.now() - startedAtMs)
      if (status === 200) result.bodies.set(body, (result.bodies.get(body) ?? 0) + 1)
      else {
        firstFailureMs ??= performance.now()
        result.failedForMs = performance.now() - firstFailureMs
        result.failures.push(`${method} after ${Math.round(performance.now() - startedAtMs)} ms: ${status} ${body}`)
      }
      if (pauseMs > 0) await delay(pauseMs)
    }
  }

  const workers = [
    ...Array.from({ length: keepAliveWorkers }, () => work(keepAlive, 'GET')),
    ...Array.from({ length: newConnectionWorkers }, () => work(false, 'GET')),
    ...Array.from({ length: postWorkers }, () => work(keepAlive, 'POST')),
  ]

  async function flows(more = 100) {
    const wanted = result.requests + more
    while (result.requests < wanted) {
      if (performance.now() > deadlineMs) throw new Error(`Only ${result.requests} of ${wanted} requests ended`)
      await delay(10)
    }
  }

  async function stop() {
    isStopped = true
    await Promise.all(workers)
    keepAlive.destroy()
    return result
  }

  return { flows, stop }
}

function send({ address, port, host, path = '/' }: LoadOptions, agent: Agent | false, method: 'GET' | 'POST') {
  return new Promise<{ status: number | string; body: string }>((resolve) => {
    const sent = request({ host: address, port, path, method, agent, headers: { host }, timeout: 15_000 }, (answer) => {
      let body = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        if (body.length < 100) body += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: body.slice(0, 100) }))
      answer.on('error', (error) => resolve({ status: 'cut off', body: error.message }))
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer in 15 s')))
    sent.on('error', (error) => resolve({ status: 'error', body: error.message }))
    sent.end(method === 'POST' ? 'body' : undefined)
  })
}
