import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type { Logger } from 'pino'
import type { AgentConnection, AgentRegistry } from '../agents/agent-registry.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { SettingStore } from '../settings/setting-store.ts'
import { holderOf } from './registry-holder.ts'
import type { WorkGate } from './work-gate.ts'

/**
 * The registry's collection of what no image has any more. It goes on in the registry when its caller, the agent or this
 * server is gone, and what is pushed until then may be lost: so that one has begun is written down, and a server that finds
 * this written keeps the registry closed until it knows that it has ended.
 */
export interface RegistryCollection {
  /** The registry must be closed. Answers with the bytes that it freed, and not before it has ended. */
  run(holder: { id: string; name: string }): Promise<number>
  /** Before anything else: closes the registry where one may still run, until that is over. */
  resume(): Promise<void>
}

type Deps = {
  agents: Pick<AgentRegistry, 'find'>
  cluster: Pick<ClusterObserver, 'current'>
  settings: Pick<SettingStore, 'recall' | 'remember'>
  gate: WorkGate
  log: Logger
  /** Of the server's life. */
  signal: AbortSignal
}

const lookAgainMs = 1_000
const patienceMs = 900_000
/** Looks in which the agent was not there. A machine that is away for so long has lost its registry, and the collection with it. */
const mostMisses = 60

export function registryCollection(deps: Deps): RegistryCollection {
  const { agents, settings, gate, log, signal } = deps
  const note = (state: 'runs' | 'ended') => settings.remember('registry_collection', state)

  async function run({ id, name }: { id: string; name: string }): Promise<number> {
    const agent = agents.find(id)
    if (!agent) throw new PlatformError('engine_unavailable', `${name} is not connected`)
    await note('runs')
    try {
      const { freedBytes } = await agent.channel.call(
        'collectRegistry',
        {},
        { signal: AbortSignal.timeout(patienceMs) },
      )
      await note('ended')
      return freedBytes
    } catch (error) {
      await untilEnded(() => agents.find(id))
      throw error
    }
  }

  async function untilEnded(findAgent: () => AgentConnection | undefined) {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
    for (let misses = 0; misses < mostMisses && !patience.aborted; ) {
      const agent = findAgent()
      if (agent && (await hasEnded(agent, patience))) break
      misses += agent ? 0 : 1
      await delay(lookAgainMs, undefined, { signal: patience }).catch(() => undefined)
    }
    signal.throwIfAborted()
    await note('ended')
  }

  async function resume() {
    if ((await settings.recall('registry_collection')) !== 'runs') return
    const open = await gate.close('registry', { signal, patienceMs: 0 })
    untilEnded(() => {
      const holder = holderOf(deps)
      return holder && agents.find(holder.id)
    })
      .catch((error: unknown) => {
        if (!signal.aborted) log.error({ err: error }, 'registry_collection_not_resumed')
      })
      .finally(() => open?.())
  }

  return { run, resume }
}

const hasEnded = (agent: AgentConnection, signal: AbortSignal) =>
  agent.channel.call('awaitCollection', {}, { signal }).then(
    () => true,
    () => false,
  )
