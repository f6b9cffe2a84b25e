import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chown, glob, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { ensureDebianPackages } from '../packages/installer/src/system/debian-packages.ts'
import { runCommand } from '../packages/installer/src/system/run-command.ts'

const user = 'postgres'

export type TestPostgres = { url: string; stop(): Promise<void> }

/** Whom it lets in beside this computer's own processes, which find it on a socket in a temporary folder. */
export type Network = { address: string; port: number; subnet: string }

/** A PostgreSQL that lives only as long as the tests. */
export async function startPostgres(
  onProgress: (words: string) => void,
  signal: AbortSignal,
  network?: Network,
): Promise<TestPostgres> {
  const binaries = (await findBinaries()) ?? (await installPostgres(onProgress, signal))
  const folder = await mkdtemp(join(tmpdir(), 'berth-postgres-'))
  try {
    const runAs = await becomeOwner(folder)
    const dataDir = join(folder, 'data')
    const initdb = [join(binaries, 'initdb'), '-D', dataDir, '-U', user, '--auth=trust', '--no-sync', '-E', 'UTF8']
    await runCommand([...runAs, ...initdb], { cwd: folder, signal })
    if (network) await appendFile(join(dataDir, 'pg_hba.conf'), `host all all ${network.subnet} trust\n`)
    const listen = network ? ['listen_addresses=*', `port=${network.port}`] : ['listen_addresses=']
    const settings = [...listen, 'fsync=off', `unix_socket_directories=${folder}`, 'max_connections=200']
    const argv = [...runAs, join(binaries, 'postgres'), '-D', dataDir, ...settings.flatMap((it) => ['-c', it])]
    const stop = await startServer(argv, folder)
    return {
      url: network
        ? `postgres://${user}@${network.address}:${network.port}/${user}`
        : `postgres://${user}@localhost/${user}?host=${encodeURIComponent(folder)}`,
      async stop() {
        await stop()
        await rm(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function startServer([program = '', ...argv]: readonly string[], cwd: string): Promise<() => Promise<void>> {
  const server = spawn(program, argv, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(server, 'exit')
  const lines: string[] = []
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: server.stderr }).on('line', (line) => {
      lines.push(line)
      if (line.includes('database system is ready to accept connections')) resolve()
    })
  })
  await Promise.race([
    ready,
    ended.then(() => {
      throw new Error(`PostgreSQL did not start:\n${lines.slice(-15).join('\n')}`)
    }),
  ])
  return async () => {
    server.kill('SIGINT') // Its "fast" shutdown, which does not wait until everybody has left.
    await ended
  }
}

/** PostgreSQL refuses to run as root. */
async function becomeOwner(folder: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return []
  const uid = Number(await runCommand(['id', '-u', user]))
  const gid = Number(await runCommand(['id', '-g', user]))
  await chown(folder, uid, gid)
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--']
}

/** The newest that is there. */
async function findBinaries(): Promise<string | undefined> {
  const found = await Array.fromAsync(glob('/usr/lib/postgresql/*/bin/initdb'))
  const newest = found.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
  return newest && dirname(newest)
}

async function installPostgres(onProgress: (words: string) => void, signal: AbortSignal): Promise<string> {
  const options = { onProgress, signal }
  await ensureDebianPackages(['postgresql-common'], options)
  // The package would otherwise start a database for everybody on this machine.
  const override = '/etc/postgresql-common/createcluster.d/berth-tests.conf'
  await writeFile(override, 'create_main_cluster = false\n')
  try {
    await ensureDebianPackages(['postgresql'], options)
  } finally {
    await rm(override, { force: true })
  }
  const binaries = await findBinaries()
  if (!binaries) throw new Error('PostgreSQL was installed, but there is no /usr/lib/postgresql/*/bin/initdb')
  return binaries
}
