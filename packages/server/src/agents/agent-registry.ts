import {
  type BackendStatus,
  type Channel,
  type EdgeStatus,
  type Heartbeat,
  type Hello,
  machineVerbs,
  PlatformError,
} from '@berth/contract'
import { engineVerbs } from '@berth/engine'

/** What a server may ask of an agent; a worker's agent refuses what only a manager's engine can answer. */
export const agentVerbs = { ...machineVerbs, ...engineVerbs }
export type AgentChannel = Channel<typeof agentVerbs>

/** One connection of one machine: the same object for as long as it lasts. */
export interface AgentConnection extends Readonly<Hello> {
  readonly connectedAtMs: number
  readonly channel: AgentChannel
  /** Null until the first one came. */
  readonly lastHeartbeat: Heartbeat | null
  readonly lastSeenAtMs: number
}

/**
 * `edge_changed`: a heartbeat tells something new of what the machine's edge serves and sees. `stirred`: an instance began
 * or ended there.
 */
export type AgentChange = { kind: 'connected' | 'gone' | 'edge_changed' | 'stirred'; agent: AgentConnection }

/** The agents that are connected to this server. */
export interface AgentRegistry {
  /** By name. */
  list(): AgentConnection[]
  find(machineId: string): AgentConnection | undefined
  /** When the machine last gave a sign of life to this server, also if it is gone now. */
  lastSeenAtMs(machineId: string): number | undefined
  /** Of a manager that is connected; throws `engine_unavailable` when there is none. */
  managerChannel(): AgentChannel
  /** Ends its connection; it may come back, if it is let in. */
  cut(machineId: string, reason: string): void
  /** Returns what ends it. */
  onChange(listener: (change: AgentChange) => void): () => void
}

/** The side that only the connections use. */
export interface AgentRegistrar {
  /** Throws `forbidden` when another machine is connected under that id. */
  add(hello: Hello, link: { channel: AgentChannel; close(reason: string): void }): AgentConnection
  heard(agent: AgentConnection, heartbeat: Heartbeat): void
  stirred(agent: AgentConnection): void
  remove(agent: AgentConnection): void
}

type Entry = AgentConnection & {
  lastHeartbeat: Heartbeat | null
  lastSeenAtMs: number
  close(reason: string): void
}

export function agentRegistry({ now }: { now(): number }): AgentRegistry & AgentRegistrar {
  const connected = new Map<string, Entry>()
  const lastSeen = new Map<string, number>()
  const listeners = new Set<(change: AgentChange) => void>()

  const list = () => [...connected.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))

  function announce(kind: AgentChange['kind'], agent: AgentConnection) {
    for (const listener of [...listeners]) listener({ kind, agent })
  }

  function add(hello: Hello, { channel, close }: Parameters<AgentRegistrar['add']>[1]) {
    const holder = connected.get(hello.machineId)
    if (holder && holder.name !== hello.name) {
      throw new PlatformError('forbidden', `${holder.name} is connected under the id that ${hello.name} claims`)
    }
    for (const older of [...connected.values()].filter(({ name }) => name === hello.name)) {
      remove(older)
      older.close('A newer connection of this machine took its place')
    }
    const entry = { ...hello, channel, close, connectedAtMs: now(), lastHeartbeat: null, lastSeenAtMs: now() }
    connected.set(hello.machineId, entry)
    lastSeen.set(hello.machineId, now())
    announce('connected', entry)
    return entry
  }

  function heard(agent: AgentConnection, heartbeat: Heartbeat) {
    const entry = connected.get(agent.machineId)
    if (entry !== agent) return
    const isNews = !entry.lastHeartbeat || !tellsTheSame(entry.lastHeartbeat.edge, heartbeat.edge)
    entry.lastHeartbeat = heartbeat
    entry.lastSeenAtMs = now()
    lastSeen.set(agent.machineId, now())
    if (isNews) announce('edge_changed', entry)
  }

  function stirred(agent: AgentConnection) {
    if (connected.get(agent.machineId) === agent) announce('stirred', agent)
  }

  function remove(agent: AgentConnection) {
    if (connected.get(agent.machineId) !== agent) return
    connected.delete(agent.machineId)
    announce('gone', agent)
  }

  function managerChannel() {
    // The one that has been there longest, so that a server does not hop between managers.
    const [manager] = [...connected.values()]
      .filter(({ isManager }) => isManager)
      .toSorted((a, b) => a.connectedAtMs - b.connectedAtMs)
    if (manager) return manager.channel
    throw new PlatformError('engine_unavailable', 'No manager machine is connected', {
      hint: 'See `berth machines`; on a manager, the agent must run and reach this server on port 7443',
    })
  }

  function cut(machineId: string, reason: string) {
    const entry = connected.get(machineId)
    if (!entry) return
    remove(entry)
    entry.close(reason)
  }

  function onChange(listener: (change: AgentChange) => void) {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  return {
    list,
    find: (machineId) => connected.get(machineId),
    lastSeenAtMs: (machineId) => lastSeen.get(machineId),
    managerChannel,
    cut,
    onChange,
    add,
    heard,
    stirred,
    remove,
  }
}

/** All but the number of requests, which is never the same twice. Asked at each heartbeat, so that no text is made of it. */
const tellsTheSame = (a: EdgeStatus, b: EdgeStatus): boolean =>
  a.fingerprint === b.fingerprint &&
  a.error === b.error &&
  a.backends.length === b.backends.length &&
  a.backends.every((backend, index) => isSeenTheSame(backend, b.backends[index]))

const isSeenTheSame = (a: BackendStatus, b: BackendStatus | undefined): boolean =>
  a.name === b?.name && a.up === b.up && a.known === b.known && a.lastCheck === b.lastCheck
