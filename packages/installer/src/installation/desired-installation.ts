import { createHash } from 'node:crypto'
import { formatHostPort } from '@berth/contract'
import type { ThisMachine } from '../cluster/ensure-swarm.ts'
import {
  agentContainer,
  agentPort,
  edgeImage,
  edgeNetwork,
  registryService,
  serverService,
  systemNetwork,
  volumes,
} from '../names.ts'
import type { ClusterSecrets } from '../state/cluster-secrets.ts'

export type DesiredNetwork = { name: string; driver: 'overlay' | 'bridge' }

/** Swarm secrets cannot be changed, so the name says what is in it and a new content is a new secret. */
export type DesiredSecret = { name: string; fileName: string; content: string }

export type Mount = { volume: string; target: string }

/** A part of Berth that runs as a Swarm service, on the machine that has its volume if there is something in it. */
export type PlatformService = {
  name: string
  role: 'server' | 'registry'
  image: string
  command: readonly string[] | null
  user: string | null
  env: Readonly<Record<string, string>>
  /** Null: any manager, one after the other as they fail. */
  nodeId: string | null
  mount: Mount
  /** Secret names by the file that each is read from. */
  secrets: Readonly<Record<string, string>>
  hostPort: number | null
  stopTimeoutMs: number
}

export type PlatformContainer = {
  name: string
  image: string
  command: readonly string[]
  user: string
  env: Readonly<Record<string, string>>
  /** Beside those that every container has. */
  capabilities: readonly string[]
  binds: readonly string[]
}

export type DesiredInstallation = {
  networks: readonly DesiredNetwork[]
  volumes: readonly string[]
  secrets: readonly DesiredSecret[]
  services: readonly PlatformService[]
  agent: PlatformContainer
}

export type InstallationInput = {
  machine: ThisMachine
  secrets: ClusterSecrets
  domain: string
  httpPort: number
  version: string
  images: { berth: string; registry: string }
}

export function desiredInstallation(input: InstallationInput): DesiredInstallation {
  const secrets = desiredSecrets(input.secrets)
  return {
    networks: [
      { name: systemNetwork, driver: 'overlay' },
      { name: edgeNetwork, driver: 'bridge' },
    ],
    volumes,
    secrets,
    services: [registry(input), server(input, secrets)],
    agent: agent(input),
  }
}

export const specHashOf = (part: PlatformService | PlatformContainer): string => shortHash(JSON.stringify(part))

function desiredSecrets({ ca, bootstrap, databaseUrl }: ClusterSecrets): DesiredSecret[] {
  const contents: Record<string, string | undefined> = {
    'berth-ca-cert': ca.certPem,
    'berth-ca-key': ca.keyPem,
    'berth-bootstrap': JSON.stringify(bootstrap),
    'berth-database-url': databaseUrl,
  }
  return Object.entries(contents).flatMap(([fileName, content]) =>
    content ? [{ name: `${fileName}-${shortHash(content)}`, fileName, content }] : [],
  )
}

const registry = ({ machine, images }: InstallationInput): PlatformService => ({
  name: registryService,
  role: 'registry',
  image: images.registry,
  command: null,
  user: null,
  env: {
    REGISTRY_STORAGE_DELETE_ENABLED: 'true',
    // It would go on saying that it has layers which its garbage collection has removed, so that they are not pushed again.
    REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR: 'none',
  },
  nodeId: machine.nodeId,
  mount: { volume: 'berth-registry', target: '/var/lib/registry' },
  secrets: {},
  hostPort: null,
  stopTimeoutMs: 10_000,
})

const server = (input: InstallationInput, secrets: readonly DesiredSecret[]): PlatformService => ({
  name: serverService,
  role: 'server',
  image: input.images.berth,
  command: ['node', 'packages/server/src/main.ts'],
  user: 'node',
  env: {
    BERTH_DOMAIN: input.domain,
    BERTH_HTTP_PORT: String(input.httpPort),
    BERTH_VERSION: input.version,
    BERTH_IMAGE: input.images.berth,
    BERTH_EDGE_IMAGE: edgeImage,
  },
  // With a database elsewhere nothing of it is on this machine, so another manager can take over.
  nodeId: input.secrets.databaseUrl ? null : input.machine.nodeId,
  mount: { volume: 'berth-server', target: '/var/lib/berth' },
  secrets: Object.fromEntries(secrets.map(({ fileName, name }) => [fileName, name])),
  hostPort: agentPort,
  stopTimeoutMs: 15_000,
})

const agent = ({ images, machine, secrets, domain, httpPort, version }: InstallationInput): PlatformContainer =>
  agentSpec(
    { domain, httpPort, version, image: images.berth, edgeImage, engineFolder: machine.engineFolder },
    {
      // Where the server can move, the engine tells where the managers are.
      ...(secrets.databaseUrl ? {} : { BERTH_SERVERS: formatHostPort(machine.address, agentPort) }),
      BERTH_MACHINE_ADDRESS: machine.address,
    },
  )

/** What the agents of all machines of a cluster have in common. */
export type AgentSettings = { domain: string; httpPort: number; version: string; image: string; edgeImage: string }

type OfEngine = { engineFolder: string }

/** `ofMachine` has what only this machine's agent is told; without it, it asks its engine. */
export const agentSpec = (
  { domain, httpPort, version, image, edgeImage, engineFolder }: AgentSettings & OfEngine,
  ofMachine: Readonly<Record<string, string>> = {},
): PlatformContainer => ({
  name: agentContainer,
  image,
  command: ['node', 'packages/agent/src/main.ts'],
  user: '0:0', // Only root may open the engine's socket.
  env: {
    BERTH_DOMAIN: domain,
    BERTH_HTTP_PORT: String(httpPort),
    BERTH_EDGE_IMAGE: edgeImage,
    BERTH_VERSION: version,
    // The C library would give each of Node's threads a heap of its own, for work of which an agent has next to none.
    MALLOC_ARENA_MAX: '1',
    ...ofMachine,
  },
  capabilities: ['NET_ADMIN'], // To cut the engine's connections to managers that hold this machine for lost.
  binds: [
    '/var/run/docker.sock:/var/run/docker.sock',
    '/proc:/host/proc:ro',
    '/sys/fs/cgroup:/host/cgroup', // Builds are held to limits there.
    // Also on workers, since one may become a manager without a new agent.
    `${engineFolder}/swarm:/host/swarm:ro`,
    'berth-agent:/var/lib/berth',
    'berth-edge:/edge',
  ],
})

const shortHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12)
