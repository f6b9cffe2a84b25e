import { setTimeout as delay } from 'node:timers/promises'
import type { tryMachine, VerbInput, Way, WayOutcome } from '@berth/contract'
import type { Edge } from '../edge/edge.ts'
import { tryConnect, tryHttp } from './try-address.ts'
import { listWays, type UntriedWay } from './ways.ts'

/** More than one packet, however large those of the network are: at least one of full size. */
export const fullBytes = 6_000
const againMs = 300

type Other = VerbInput<typeof tryMachine>
export type ReachabilityDeps = { edge: Pick<Edge, 'crosses'>; domain: string; httpPort: number }

/** All ways at once, each until it is open or patience ends: a machine that has just joined is known by degrees. */
export async function tryOther(other: Other, deps: ReachabilityDeps, signal: AbortSignal): Promise<{ ways: Way[] }> {
  const endMs = performance.now() + other.patienceMs
  const ways = listWays(other, deps.httpPort).map(async (way): Promise<Way> => {
    for (;;) {
      const outcome = await attempt(way, { other, deps, signal })
      signal.throwIfAborted()
      if (outcome === 'open' || performance.now() + againMs > endMs) return { ...way, outcome }
      await delay(againMs, undefined, { signal })
    }
  })
  return { ways: await Promise.all(ways) }
}

type Attempt = { other: Other; deps: ReachabilityDeps; signal: AbortSignal }

function attempt(way: UntriedWay, { other, deps, signal }: Attempt): Promise<WayOutcome> {
  switch (way.kind) {
    case 'swarm':
    case 'managers':
      return tryConnect(other.address, way.port, signal)
    case 'visitors': {
      const asked = { address: other.address, port: way.port, host: `berth.${deps.domain}` }
      return smallThenFull((fillerBytes) => tryHttp(asked, fillerBytes, signal))
    }
    case 'overlay':
      return smallThenFull(async (fillerBytes) => {
        const overlayAddress = other.overlayAddress ?? ''
        return (await deps.edge.crosses({ overlayAddress, fillerBytes }, signal)) ? 'open' : 'lost'
      })
  }
}

async function smallThenFull(ask: (fillerBytes: number) => Promise<WayOutcome>): Promise<WayOutcome> {
  const small = await ask(0)
  if (small !== 'open') return small
  return (await ask(fullBytes)) === 'open' ? 'open' : 'full_lost'
}
