import { describeZodError, HostName, PlatformError, Port } from '@berth/contract'
import { z } from 'zod'

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema)

const folder = (path: string) => optional(z.string().startsWith('/', 'use an absolute path').default(path))

const ServerAddress = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/[\]]+):\d{1,5}$/, 'use host:port, separated by commas')

const Environment = z
  .object({
    BERTH_SERVERS: optional(
      z
        .string()
        .transform((list) => list.split(',').map((address) => address.trim()))
        .pipe(z.array(ServerAddress))
        .optional(),
    ),
    BERTH_DOMAIN: optional(HostName.default('localhost')),
    BERTH_HTTP_PORT: optional(z.coerce.number('use a port from 1 to 65535').pipe(Port).default(80)),
    BERTH_EDGE_IMAGE: optional(z.string().default('haproxy:3.2')),
    BERTH_MACHINE_ADDRESS: optional(z.string().optional()),
    BERTH_VERSION: optional(z.string().default('unknown')),
    BERTH_DOCKER_SOCKET: folder('/var/run/docker.sock'),
    BERTH_HOST_PROC: folder('/host/proc'),
    BERTH_HOST_CGROUP: folder('/host/cgroup'),
    BERTH_HOST_SWARM: folder('/host/swarm'),
    BERTH_STATE_DIR: folder('/var/lib/berth'),
    BERTH_EDGE_DIR: folder('/edge'),
  })
  .transform((env) => ({
    /** Absent: ask the engine where the managers are. */
    serverAddresses: env.BERTH_SERVERS,
    domain: env.BERTH_DOMAIN,
    httpPort: env.BERTH_HTTP_PORT,
    edgeImage: env.BERTH_EDGE_IMAGE,
    /** Absent: the one that the engine advertises. */
    machineAddress: env.BERTH_MACHINE_ADDRESS,
    version: env.BERTH_VERSION,
    dockerSocket: env.BERTH_DOCKER_SOCKET,
    procFolder: env.BERTH_HOST_PROC,
    cgroupFolder: env.BERTH_HOST_CGROUP,
    swarmFolder: env.BERTH_HOST_SWARM,
    stateFolder: env.BERTH_STATE_DIR,
    identityFolder: `${env.BERTH_STATE_DIR}/identity`,
    buildFolder: `${env.BERTH_STATE_DIR}/builds`,
    buildCachePath: `${env.BERTH_STATE_DIR}/build-cache.json`,
    imageLedgerPath: `${env.BERTH_STATE_DIR}/images.json`,
    backupFolder: `${env.BERTH_STATE_DIR}/backups`,
    edgeFolder: env.BERTH_EDGE_DIR,
  }))

export type AgentConfig = z.output<typeof Environment>

/** The only reader of the environment. */
export function readConfig(env: NodeJS.ProcessEnv): AgentConfig {
  const config = Environment.safeParse(env)
  if (config.success) return config.data
  throw new PlatformError('invalid_request', `The agent cannot start: ${describeZodError(config.error)}`)
}
