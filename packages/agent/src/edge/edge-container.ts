import { PlatformError, type RouteTable } from '@berth/contract'
import type { EdgeContainerSpec, MachineEngine } from '@berth/engine'
import { edgeFolder } from './edge-paths.ts'

export const edgeName = 'berth-edge'
export const bridgeNetwork = 'berth-edge'
export const systemNetwork = 'berth-system'
const registryPort = 5000

export type ContainerSettings = { edgeImage: string; httpPort: number }

/** What is not said here stays the same whatever the image says: the stock one and a stand-in must behave alike. */
export function edgeContainerSpec({ edgeImage, httpPort }: ContainerSettings): EdgeContainerSpec {
  return {
    name: edgeName,
    image: edgeImage,
    // Root to read what the agent wrote and to bind port 80; the workers that meet requests drop to `haproxy`.
    user: '0',
    command: ['haproxy', '-W', '-db', '-S', `${edgeFolder}/run/master.sock`, '-f', `${edgeFolder}/haproxy.cfg`],
    network: bridgeNetwork,
    ports: [
      { containerPort: 80, hostPort: httpPort },
      { containerPort: registryPort, hostPort: registryPort, hostAddress: '127.0.0.1' },
    ],
    // The folder, not the file: a file that is renamed is not seen through a mount of the file.
    volumes: [{ name: edgeName, path: edgeFolder }],
    // A machine that vanished sends no reset; this gives up on it after about a second and a half.
    sysctls: { 'net.ipv4.tcp_retries2': '3' },
    // No limit on open files: HAProxy raises its own to the hard one, and an engine may not be allowed to go above that.
    // Names have no dot, and one without instances must not be asked of the resolvers outside.
    dnsOptions: ['ndots:0'],
    stopSignal: 'SIGUSR1', // SIGTERM cuts every request.
    stopTimeoutMs: 10_000,
  }
}

/** True if the container is a new one. */
export async function ensureEdgeContainer(
  engine: MachineEngine,
  settings: ContainerSettings,
  signal?: AbortSignal,
): Promise<boolean> {
  await engine.ensureBridgeNetwork(bridgeNetwork, signal)
  return engine.ensureContainer(edgeContainerSpec(settings), signal)
}

export async function registryGateway(engine: MachineEngine, signal?: AbortSignal): Promise<string> {
  await engine.ensureBridgeNetwork(bridgeNetwork, signal)
  const gateway = await engine.networkGateway(bridgeNetwork, signal)
  if (gateway) return gateway
  throw new PlatformError('engine_failed', `Network ${bridgeNetwork} has no gateway`)
}

export const networksOf = (table: RouteTable): string[] => [
  ...new Set([systemNetwork, ...table.backends.map((backend) => backend.network)]),
]

/** Answers with what went wrong, by network: one that cannot be joined must not keep the others from being served. */
export async function joinNetworks(
  engine: MachineEngine,
  networks: readonly string[],
  { onJoining, signal }: { onJoining?(network: string | null): void; signal?: AbortSignal } = {},
): Promise<Map<string, unknown>> {
  const failures = new Map<string, unknown>()
  const joined = new Set(await engine.listContainerNetworks(edgeName, signal))
  for (const network of networks.filter((name) => !joined.has(name))) {
    onJoining?.(network)
    await engine.connectNetwork(edgeName, network, signal).catch((error: unknown) => failures.set(network, error))
    onJoining?.(null)
  }
  signal?.throwIfAborted()
  return failures
}

export async function leaveOtherNetworks(
  engine: MachineEngine,
  wanted: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const kept = new Set([bridgeNetwork, ...wanted])
  for (const network of await engine.listContainerNetworks(edgeName, signal)) {
    if (!kept.has(network)) await engine.disconnectNetwork(edgeName, network, signal)
  }
}
