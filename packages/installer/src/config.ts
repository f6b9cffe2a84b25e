import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describeZodError, HostName, PlatformError, Port } from '@berth/contract'
import { z } from 'zod'

export const defaultDockerSocket = '/var/run/docker.sock'

/** Registry, agents, and the engine's own between machines. */
const ownPorts = [5000, 7443, 2377, 7946]

const Environment = z.object({
  BERTH_DOCKER_SOCKET: z.string().min(1).default(defaultDockerSocket),
  BERTH_STATE_DIR: z.string().min(1).default('/var/lib/berth'),
  BERTH_CONFIG: z.string().min(1).optional(),
  BERTH_URL: z.string().min(1).optional(),
  BERTH_TOKEN: z.string().min(1).optional(),
  XDG_CONFIG_HOME: z.string().min(1).optional(),
  SSH_AUTH_SOCK: z.string().min(1).optional(),
  BERTH_ADDRESS: z.ipv4('use an IPv4 address').optional(),
  BERTH_HTTP_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'use a port from 1 to 65535')
    .transform(Number)
    .pipe(Port)
    .refine(
      (port) => !ownPorts.includes(port),
      `use a port other than ${ownPorts.join(', ')}, which Berth needs itself`,
    )
    .optional(),
  BERTH_DOMAIN: HostName.optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'use a URL that starts with postgres://')
    .optional(),
})

export type InstallerConfig = {
  /** Root of the source tree that Berth's image is built from. */
  projectDir: string
  dockerSocket: string
  /** False when the engine is another machine's, whose ports, disk and routes cannot be seen from here. */
  isThisMachine: boolean
  stateDir: string
  cliConfigPath: string
  /** Both override that file, as they do for the command. */
  login: { url: string | undefined; token: string | undefined }
  /** Where the keys of the person are, and the agent that holds more of them. */
  ssh: { dir: string; agentSocket: string | undefined }
  /** What is undefined here stays as it was at the last install. */
  address: string | undefined
  httpPort: number | undefined
  domain: string | undefined
  databaseUrl: string | undefined
  /** For the programs that are started. */
  environment: NodeJS.ProcessEnv
}

export function readConfig(env: NodeJS.ProcessEnv): InstallerConfig {
  // A variable set to nothing is how a shell script says that it has no value for it.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(given)
  if (!parsed.success) throw new PlatformError('invalid_request', describeZodError(parsed.error))
  const { BERTH_DOCKER_SOCKET: dockerSocket, BERTH_STATE_DIR: stateDir, ...rest } = parsed.data
  return {
    projectDir: resolve(import.meta.dirname, '../../..'),
    dockerSocket,
    isThisMachine: dockerSocket === defaultDockerSocket,
    stateDir: resolve(stateDir),
    cliConfigPath: rest.BERTH_CONFIG ?? join(rest.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'berth/config.json'),
    login: { url: rest.BERTH_URL, token: rest.BERTH_TOKEN },
    ssh: { dir: join(homedir(), '.ssh'), agentSocket: rest.SSH_AUTH_SOCK },
    address: rest.BERTH_ADDRESS,
    httpPort: rest.BERTH_HTTP_PORT,
    domain: rest.BERTH_DOMAIN,
    databaseUrl: rest.DATABASE_URL,
    environment: env,
  }
}
