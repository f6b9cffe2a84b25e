import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const Environment = z.object({
  BERTH_DOMAIN: z.string().default('localhost'),
  /** Where visitors reach the edges; part of every URL that is shown. */
  BERTH_HTTP_PORT: z.coerce.number().int().min(1).max(65_535).default(80),
  BERTH_VERSION: z.string().default('development'),
  BERTH_API_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  BERTH_AGENT_PORT: z.coerce.number().int().min(0).max(65_535).default(7443),
  /** Of Berth itself, as every machine of the cluster can pull it. */
  BERTH_IMAGE: z.string().default('berth:development'),
  BERTH_EDGE_IMAGE: z.string().default('haproxy:3.2'),
  BERTH_DATA_DIR: z.string().default('/var/lib/berth'),
  BERTH_SECRETS_DIR: z.string().default('/run/secrets'),
  BERTH_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  DATABASE_URL: z.string().optional(),
})

const Bootstrap = z.object({ adminEmail: z.string(), adminPassword: z.string(), apiToken: z.string() })

export type Config = ReturnType<typeof readConfig>

/** The only reader of the environment and of the secrets. Throws in words what is missing. */
export function readConfig(env: NodeJS.ProcessEnv) {
  const parsed = Environment.safeParse(env)
  if (!parsed.success) throw new Error(`Bad environment: ${z.prettifyError(parsed.error)}`)
  const values = parsed.data
  const secret = (name: string) => readFileSync(join(values.BERTH_SECRETS_DIR, name), 'utf8')
  const urlFile = join(values.BERTH_SECRETS_DIR, 'berth-database-url')
  const databaseUrl = values.DATABASE_URL ?? (existsSync(urlFile) ? readFileSync(urlFile, 'utf8').trim() : undefined)

  return {
    domain: values.BERTH_DOMAIN,
    httpPort: values.BERTH_HTTP_PORT,
    version: values.BERTH_VERSION,
    images: { berth: values.BERTH_IMAGE, edge: values.BERTH_EDGE_IMAGE },
    apiPort: values.BERTH_API_PORT,
    agentPort: values.BERTH_AGENT_PORT,
    sourcesFolder: join(values.BERTH_DATA_DIR, 'sources'),
    databaseCopyFolder: join(values.BERTH_DATA_DIR, 'database-copy'),
    logLevel: values.BERTH_LOG_LEVEL,
    database: databaseUrl ? { databaseUrl } : { databasePath: join(values.BERTH_DATA_DIR, 'berth.db') },
    ca: { certPem: secret('berth-ca-cert'), keyPem: secret('berth-ca-key') },
    bootstrap: Bootstrap.parse(JSON.parse(secret('berth-bootstrap'))),
  }
}
