import { setTimeout as delay } from 'node:timers/promises'
import { type MachineReachability, mostTries, PlatformError } from '@berth/contract'
import type { ClusterState, ObservedMachine } from '@berth/engine'
import type { AgentConnection, AgentRegistry } from '../agents/agent-registry.ts'
import { type Attempt, chooseTriers, describeTroubles, judge, type TriedOther } from './reachability-plan.ts'

/** Long enough for what a machine that has just joined is told of by degrees. */
const usualPatienceMs = 8_000
const thirdPatienceMs = 3_000
/** For the last attempt that was begun, and for the way there and back. */
const graceMs = 4_000
const againMs = 300

type Deps = { agents: Pick<AgentRegistry, 'find'>; firstPatienceMs?: number }

/** One that answers, with what others need to try it. */
type Place = { agent: AgentConnection; machine: ObservedMachine; name: string; isManager: boolean }

export type Reachability = ReturnType<typeof machineReachability>

/** Whether the machines of a cluster reach one of them, and it them. */
export function machineReachability({ agents, firstPatienceMs: patienceMs = usualPatienceMs }: Deps) {
  return async (
    machine: ObservedMachine,
    { machines }: ClusterState,
    signal: AbortSignal,
  ): Promise<MachineReachability> => {
    const places = machines.flatMap((it): Place[] => {
      const agent = it.isReady ? agents.find(it.id) : undefined
      return agent ? [{ agent, machine: it, name: it.name, isManager: it.role === 'manager' }] : []
    })
    const self = places.find((place) => place.machine.id === machine.id) ?? notThere(machine)
    const others = places.filter((place) => place !== self)
    const chosen = chooseTriers(others, mostTries)
    const tried = await Promise.all(
      chosen.map(async (other) => ({ other, troubles: await tryBoth(self, other, { patienceMs, signal }) })),
    )
    const third = tried.find(({ troubles }) => troubles.length === 0)?.other
    const judged = await Promise.all(
      tried.map(async ({ other, troubles }): Promise<TriedOther> => {
        const asked = troubles.length > 0 && third ? { patienceMs: thirdPatienceMs, signal } : undefined
        const isOthersOwn = asked && third ? (await tryBoth(other, third, asked)).length > 0 : false
        return { name: other.name, troubles, isOthersOwn }
      }),
    )
    return judge(machine.name, others.length, judged)
  }
}

function notThere({ name }: ObservedMachine): never {
  throw new PlatformError('engine_unavailable', `The agent of ${name} is not connected, so ${name} cannot be tried`, {
    hint: 'See `berth machines`: its agent must run and reach the server on port 7443',
  })
}

type Patience = { patienceMs: number; signal: AbortSignal }

async function tryBoth(a: Place, b: Place, patience: Patience): Promise<string[]> {
  const attempts = await Promise.all([tryOne(a, b, patience), tryOne(b, a, patience)])
  return attempts.flatMap(describeTroubles)
}

async function tryOne(from: Place, to: Place, { patienceMs, signal }: Patience): Promise<Attempt> {
  const names = { from: from.name, to: to.name }
  const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs + graceMs)]) }
  try {
    const overlayAddress = await findEdge(to, patienceMs, options.signal)
    if (overlayAddress === null) return { ...names, failure: `the edge of ${to.name} does not run` }
    const { address, role } = to.machine
    const other = { address, isManager: role === 'manager', overlayAddress, patienceMs }
    const { ways } = await from.agent.channel.call('tryMachine', other, options)
    return { ...names, ways }
  } catch (error) {
    signal.throwIfAborted()
    const isLate = error instanceof DOMException && error.name === 'TimeoutError'
    return { ...names, failure: isLate ? 'it did not answer in time' : (error as Error).message }
  }
}

/** The other may have joined a moment ago, too. */
async function findEdge({ agent }: Place, patienceMs: number, signal: AbortSignal): Promise<string | null> {
  const endMs = performance.now() + patienceMs
  for (;;) {
    const { overlayAddress } = await agent.channel.call('describeEdge', {}, { signal })
    if (overlayAddress !== null || performance.now() + againMs > endMs) return overlayAddress
    await delay(againMs, undefined, { signal })
  }
}
