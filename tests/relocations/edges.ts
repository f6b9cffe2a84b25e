import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RouteTable } from '@berth/contract'
import { machineEngine } from '@berth/engine'
import { type Edge, openEdge } from '../../packages/agent/src/edge/edge.ts'
import type { AgentChannel, AgentConnection, AgentRegistry } from '../../packages/server/src/agents/agent-registry.ts'
import { idleStats } from '../../packages/server/src/agents/test-heartbeat.ts'
import type { Machine } from '../machine.ts'

export const edgeImage = 'haproxy:3.2'

const quiet = {
  debug() {},
  info() {},
  warn() {},
  error: (event: string, fields?: object) => console.error(event, fields),
}

/** The edge of a machine, driven from this process although it is not there: the folder of both is a shared one. */
export async function openEdgeOn(machine: Machine): Promise<Edge> {
  const folder = join(dirname(machine.socketPath), 'edge')
  mkdirSync(folder)
  const DriverOpts = { type: 'none', o: 'bind', device: '/run/docker-host/edge' }
  await machine.docker.createVolume({ Name: 'berth-edge', Driver: 'local', DriverOpts })
  return openEdge({
    engine: machineEngine({ docker: machine.docker }),
    folder,
    config: { domain: 'localhost', httpPort: 80, edgeImage, machineAddress: machine.address },
    log: quiet,
  })
}

/** The agents of machines, as a server knows them, with nothing between it and their edges. */
export function agentsOf(machines: readonly { id: string; name: string; edge: Edge }[]): AgentRegistry {
  const agents = machines.map(({ id, name, edge }): AgentConnection => {
    const answers: Record<string, (input: never) => unknown> = {
      setRoutes: (table: RouteTable) => edge.apply(table),
      probeRoute: (input: { host: string; path: string }) => edge.probe(input),
    }
    const channel = { call: async (verb: string, input: never) => answers[verb]?.(input) } as unknown as AgentChannel
    return {
      ...{ machineId: id, name, channel },
      version: 'test',
      isManager: name === 'm1',
      connectedAtMs: 0,
      lastSeenAtMs: 0,
      get lastHeartbeat() {
        return { stats: idleStats, sampledAtMs: 0, instances: [], edge: edge.status() }
      },
    }
  })
  return {
    list: () => agents,
    find: (id) => agents.find(({ machineId }) => machineId === id),
    lastSeenAtMs: () => 0,
    managerChannel: () => {
      throw new Error('The engine is asked directly')
    },
    onChange: () => () => undefined,
    cut: () => undefined,
  }
}
