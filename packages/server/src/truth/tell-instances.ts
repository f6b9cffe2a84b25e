import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import type { Logger } from 'pino'
import type { AgentConnection, AgentRegistry } from '../agents/agent-registry.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { type Addresses, type InstancesWord, serviceAddresses, wordOf } from './service-addresses.ts'

type Deps = {
  agents: Pick<AgentRegistry, 'list'>
  cluster: Pick<ClusterObserver, 'currentWithin'>
  now(): number
  log: Logger
}

/** What one connection was told. `isDeaf`: an agent of an earlier version, which does not understand. */
type Told = { addresses: Addresses | undefined; atMs: number; isSending: boolean; isDeaf: boolean }

const everyMs = 1_000
/** An agent goes by a word for ten seconds. */
const renewMs = 3_000
/** An older picture is not passed on as the present. */
const freshMs = 4_000
const patienceMs = 5_000

/** Tells every agent where the instances are, until the signal. */
export async function tellInstances(deps: Deps, signal: AbortSignal): Promise<void> {
  const { tell } = instanceTeller(deps, signal)
  while (!signal.aborted) {
    tell()
    await delay(everyMs, undefined, { signal }).catch(() => undefined)
  }
}

export function instanceTeller({ agents, cluster, now, log }: Deps, signal: AbortSignal) {
  const toldTo = new WeakMap<AgentConnection, Told>()
  const newest = newestAddresses()

  function tell() {
    const state = cluster.currentWithin(freshMs)
    if (!state) return
    const addresses = newest(state)
    // Most were told the same last, so that the difference is worked out once.
    const words = new Map<Addresses | undefined, InstancesWord>()
    for (const agent of agents.list()) {
      const told = toldTo.get(agent) ?? { addresses: undefined, atMs: 0, isSending: false, isDeaf: false }
      toldTo.set(agent, told)
      if (told.isSending || told.isDeaf) continue
      if (told.addresses === addresses && now() - told.atMs < renewMs) continue
      const word = words.get(told.addresses) ?? wordOf(told.addresses, addresses)
      words.set(told.addresses, word)
      void send(agent, told, { word, addresses })
    }
  }

  async function send(
    agent: AgentConnection,
    told: Told,
    { word, addresses }: { word: InstancesWord; addresses: Addresses },
  ) {
    told.isSending = true
    try {
      await agent.channel.call('setInstances', word, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      })
      Object.assign(told, { addresses, atMs: now() })
    } catch (error) {
      // It may have heard or not: the whole again.
      told.addresses = undefined
      told.isDeaf = error instanceof PlatformError && error.code === 'not_found'
      if (!signal.aborted) log.debug({ err: error, machine: agent.name }, 'instances_not_told')
    } finally {
      told.isSending = false
    }
  }

  return { tell }
}

/** The same object for as long as nothing changes. */
function newestAddresses() {
  let known: ClusterState | undefined
  let text = ''
  let addresses: Addresses = new Map()
  return (state: ClusterState): Addresses => {
    if (state === known) return addresses
    known = state
    const next = serviceAddresses(state)
    const nextText = JSON.stringify([...next])
    if (nextText !== text) {
      text = nextText
      addresses = next
    }
    return addresses
  }
}
