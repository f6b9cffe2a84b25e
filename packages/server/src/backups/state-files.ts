import type { Config } from '../config.ts'

type Known = Pick<Config, 'ca' | 'bootstrap' | 'domain' | 'httpPort' | 'database'>

/** What the server knows of the installer's state folder, file by file, for a restore on a machine that has lost it. */
export function stateFilesOf({ ca, bootstrap, domain, httpPort, database }: Known): Record<string, string> {
  return {
    'ca.pem': ca.certPem,
    'ca.key': ca.keyPem,
    'bootstrap.json': `${JSON.stringify(bootstrap, null, 2)}\n`,
    'install.json': `${JSON.stringify({ settings: { domain, httpPort } }, null, 2)}\n`,
    ...('databaseUrl' in database ? { 'database-url': database.databaseUrl } : {}),
  }
}
