import { request } from 'node:http'
import type { ProbeTarget } from './edge-probe.ts'
import { probeHeader } from './haproxy-frontends.ts'
import { crossedHeader, otherEdgeHeader } from './other-edge.ts'

const attemptMs = 3_000

export type Crossing = {
  host: string
  overlayAddress: string
  /** Makes the request so long that it takes packets of full size. */
  fillerBytes: number
}

/** Whether a request to another machine's edge by way of this machine's own got any answer from there. */
export function crossToOtherEdge(
  { address, port, secret }: ProbeTarget,
  { host, overlayAddress, fillerBytes }: Crossing,
  signal?: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const crossing = request({
      ...{ host: address, port, path: '/healthz', agent: false },
      headers: {
        ...{ host, [probeHeader]: secret, [otherEdgeHeader]: overlayAddress, 'user-agent': 'berth-probe' },
        'x-berth-filler': 'x'.repeat(fillerBytes),
      },
      signal: AbortSignal.any([AbortSignal.timeout(attemptMs), ...(signal ? [signal] : [])]),
    })
    crossing.once('error', () => resolve(false))
    crossing.once('response', (response) => {
      resolve(response.headers[crossedHeader] === 'yes')
      response.destroy()
    })
    crossing.end()
  })
}
