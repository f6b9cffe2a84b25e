import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { BerthServer } from './berth-server.ts'

export type Asked = { path: string; ms: number; isAnswered: boolean; bytes: number }

const patienceMs = 10_000

/**
 * Asks for one after the other, so many in a second, whether or not the ones before were answered. Times are from when a
 * request was due, so that a server that holds up one does not spare those behind it.
 */
export async function askSteadily(
  server: BerthServer,
  { paths, perSecond, seconds }: { paths: readonly string[]; perSecond: number; seconds: number },
  signal: AbortSignal,
): Promise<Asked[]> {
  const agent = new Agent({ keepAlive: true })
  const startMs = performance.now()
  const asked: Promise<Asked>[] = []
  for (let number = 0; number < perSecond * seconds; number++) {
    const dueMs = startMs + (number * 1_000) / perSecond
    await delay(Math.max(0, dueMs - performance.now()), undefined, { signal })
    asked.push(ask(server, paths[number % paths.length] ?? '', { dueMs, agent }))
  }
  const all = await Promise.all(asked)
  agent.destroy()
  return all
}

function ask({ url, token }: BerthServer, path: string, { dueMs, agent }: { dueMs: number; agent: Agent }) {
  return new Promise<Asked>((resolve) => {
    let bytes = 0
    const end = (isAnswered: boolean) => resolve({ path, ms: performance.now() - dueMs, isAnswered, bytes })
    const sent = request(`${url}${path}`, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      answer.once('end', () => end(answer.statusCode === 200))
      answer.once('error', () => end(false))
    })
    sent.setTimeout(patienceMs, () => sent.destroy())
    sent.once('error', () => end(false))
    sent.end()
  })
}

/** An open dashboard: its stream, of which only the bytes are counted. */
export function openDashboard({ url, token }: BerthServer) {
  let bytes = 0
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}` }
  const sent = request(`${url}/v1/live`, { headers, agent: false }, (answer) => {
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    answer.on('error', () => undefined) // Destroyed at the end.
  })
  sent.on('error', () => undefined)
  sent.end()
  return {
    close() {
      sent.destroy()
      return bytes
    },
  }
}
