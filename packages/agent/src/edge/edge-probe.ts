import { request } from 'node:http'
import { formatHostPort, PlatformError } from '@berth/contract'
import { backendHeader, probeHeader } from './haproxy-frontends.ts'

const probeTimeoutMs = 10_000

export type ProbeTarget = { address: string; port: number; secret: string }
export type ProbeResult = { status: number; backend: string | null }

/** One GET by the way that a visitor takes. */
export function probeEdge(
  { address, port, secret }: ProbeTarget,
  { host, path }: { host: string; path: string },
  signal?: AbortSignal,
): Promise<ProbeResult> {
  return new Promise((resolve, reject) => {
    const probe = request({
      host: address,
      port,
      path,
      agent: false, // A connection of its own, as a new visitor's.
      headers: { host, [probeHeader]: secret, 'user-agent': 'berth-probe' },
      signal: AbortSignal.any([AbortSignal.timeout(probeTimeoutMs), ...(signal ? [signal] : [])]),
    })
    probe.once('error', (cause) => {
      reject(
        new PlatformError('engine_unavailable', `The edge does not answer at ${formatHostPort(address, port)}`, {
          cause,
        }),
      )
    })
    probe.once('response', (response) => {
      const backend = response.headers[backendHeader]
      response.destroy()
      resolve({ status: response.statusCode ?? 0, backend: typeof backend === 'string' ? backend : null })
    })
    probe.end()
  })
}
