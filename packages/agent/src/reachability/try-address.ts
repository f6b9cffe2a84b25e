import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import type { WayOutcome } from '@berth/contract'

const attemptMs = 2_000

/** Whether something listens there. */
export async function tryConnect(host: string, port: number, signal: AbortSignal): Promise<WayOutcome> {
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect', { signal: limited(signal) })
    return 'open'
  } catch (error) {
    return outcomeOf(error)
  } finally {
    socket.on('error', () => undefined) // It may fail once more while it is closed.
    socket.destroy()
  }
}

export type AskedEdge = { address: string; port: number; host: string }

/** Any answer will do: whatever an edge says, the way to it and back is open. */
export function tryHttp(
  { address, port, host }: AskedEdge,
  fillerBytes: number,
  signal: AbortSignal,
): Promise<WayOutcome> {
  const headers = { host, 'user-agent': 'berth-probe', 'x-berth-filler': 'x'.repeat(fillerBytes) }
  return new Promise((resolve) => {
    const asked = request({ host: address, port, path: '/healthz', agent: false, headers, signal: limited(signal) })
    asked.once('error', (error) => resolve(outcomeOf(error)))
    asked.once('response', (response) => {
      resolve('open')
      response.destroy()
    })
    asked.end()
  })
}

const limited = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(attemptMs)])

const outcomeOf = (error: unknown): WayOutcome =>
  (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'refused' : 'lost'
