export type NeededPort = { protocol: 'tcp' | 'udp'; port: number; purpose: string }

const membership: NeededPort = { protocol: 'tcp', port: 2377, purpose: 'the cluster’s managers' }
const gossipTcp: NeededPort = { protocol: 'tcp', port: 7946, purpose: 'the swarm' }
const gossipUdp: NeededPort = { protocol: 'udp', port: 7946, purpose: 'the swarm' }
const overlay: NeededPort = { protocol: 'udp', port: 4789, purpose: 'the networks between machines' }
const registry: NeededPort = { protocol: 'tcp', port: 5000, purpose: 'the registry, on 127.0.0.1' }

/** What must be free on a machine of the cluster. */
export const ownPorts = (httpPort: number): NeededPort[] => [
  { protocol: 'tcp', port: httpPort, purpose: 'visitors' },
  registry,
  membership,
  gossipTcp,
  gossipUdp,
  overlay,
]

/** What the other machines must reach on it. */
export const portsForOthers = (role: 'manager' | 'worker'): NeededPort[] => [
  ...(role === 'manager' ? [membership] : []),
  gossipTcp,
  gossipUdp,
  overlay,
]

/** What it must reach on each manager, apart from the server's own port. */
export const managerPorts = [membership.port, gossipTcp.port]
