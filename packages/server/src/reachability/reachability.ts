import { setTimeout as delay } from 'node:timers/promises'
import { type MachineReachability, mostTries, PlatformError } from '@berth/contract'
import type { ClusterState, ObservedMachine } from '@berth/engine'
import type { AgentChannel, AgentRegistry } from '../agents/agent-registry.ts'
import { type Attempt, chooseTriers, describeTroubles, judge, type TriedOther } from './reachability-plan.ts'

/** Long enough for what a machine that has just joined is told of by degrees. */
const usualPatienceMs = 8_000
const thirdPatienceMs = 3_000
/** For the last attempt that was begun, and for the way there and back. */
const graceMs = 4_000
const againMs = 300

type Deps = { agents: Pick<AgentRegistry, 'find'>; firstPatienceMs?: number }

/** One that can be asked. */
type Place = { machine: ObservedMachine; name: string; isManager: boolean }

export type Reachability = ReturnType<typeof machineReachability>

/** Whether the machines of a cluster reach one of them, and it them. */
export function machineReachability({ agents, firstPatienceMs = usualPatienceMs }: Deps) {
  const isThere = ({ id, isReady }: ObservedMachine) => isReady && agents.find(id) !== undefined

  return async (
    machine: ObservedMachine,
    { machines }: ClusterState,
    signal: AbortSignal,
  ): Promise<MachineReachability> => {
    if (!isThere(machine)) throw notThere(machine)
    const self = placeOf(machine)
    const others = machines.filter((it) => it.id !== machine.id && isThere(it)).map(placeOf)
    const patience = { agents, signal, patienceMs: firstPatienceMs }
    const tried = await Promise.all(
      chooseTriers(others, mostTries).map(async (other) => ({ other, troubles: await tryBoth(self, other, patience) })),
    )
    const third = tried.find(({ troubles }) => troubles.length === 0)?.other
    const judged = tried.map(async ({ other, troubles }): Promise<TriedOther> => {
      const isWorthAsking = troubles.length > 0 && third !== undefined
      const withThird = isWorthAsking
        ? await tryBoth(other, third, { ...patience, patienceMs: Math.min(firstPatienceMs, thirdPatienceMs) })
        : []
      return { name: other.name, troubles, isOthersOwn: withThird.length > 0 }
    })
    return judge(machine.name, others.length, await Promise.all(judged))
  }
}

const placeOf = (machine: ObservedMachine): Place => ({
  ...{ machine, name: machine.name, isManager: machine.role === 'manager' },
})

const notThere = ({ name }: ObservedMachine) =>
  new PlatformError('engine_unavailable', `The agent of ${name} is not connected, so ${name} cannot be tried`, {
    hint: 'See `berth machines`: its agent must run and reach the server on port 7443',
  })

type Patience = { agents: Deps['agents']; patienceMs: number; signal: AbortSignal }

async function tryBoth(a: Place, b: Place, patience: Patience): Promise<string[]> {
  const attempts = await Promise.all([tryOne(a, b, patience), tryOne(b, a, patience)])
  return attempts.flatMap(describeTroubles)
}

/** An agent whose machine became a manager a moment ago connects anew, and an edge may only be starting. */
async function tryOne(from: Place, to: Place, patience: Patience): Promise<Attempt> {
  const { patienceMs, signal } = patience
  const names = { from: from.name, to: to.name }
  const endMs = performance.now() + patienceMs
  const limited = AbortSignal.any([signal, AbortSignal.timeout(patienceMs + graceMs)])
  for (;;) {
    const leftMs = Math.max(100, Math.round(endMs - performance.now()))
    const attempt = await ask(from, to, { ...patience, patienceMs: leftMs, signal: limited })
    signal.throwIfAborted()
    if (!('failure' in attempt) || performance.now() + againMs > endMs) return { ...names, ...attempt }
    await delay(againMs, undefined, { signal })
  }
}

type Answer = { ways: Extract<Attempt, { ways: unknown }>['ways'] } | { failure: string }

async function ask(from: Place, to: Place, { agents, patienceMs, signal }: Patience): Promise<Answer> {
  try {
    const { overlayAddress } = await channelOf(to, agents).call('describeEdge', {}, { signal })
    if (overlayAddress === null) return { failure: `the edge of ${to.name} does not run` }
    const { address } = to.machine
    const other = { address, isManager: to.isManager, overlayAddress, patienceMs }
    return { ways: (await channelOf(from, agents).call('tryMachine', other, { signal })).ways }
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError'
    return { failure: isLate ? 'it did not answer in time' : (error as Error).message }
  }
}

function channelOf({ machine: { id, name } }: Place, agents: Deps['agents']): AgentChannel {
  const agent = agents.find(id)
  if (agent) return agent.channel
  throw new PlatformError('engine_unavailable', `the agent of ${name} is not connected`)
}
