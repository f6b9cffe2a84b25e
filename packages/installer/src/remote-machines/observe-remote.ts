import { isOurContainer } from '../names.ts'
import { parseOsRelease } from '../preflight/facts.ts'
import { parseSockets } from '../preflight/listeners.ts'
import type { Listener } from '../preflight/preflight-plan.ts'
import type { SshHost } from '../ssh/ssh-host.ts'
import { ownPorts } from './needed-ports.ts'
import type { RemoteEngine, RemoteFacts } from './remote-facts.ts'

const dockerdPaths = ['/usr/bin/dockerd', '/usr/sbin/dockerd', '/usr/local/bin/dockerd', '/usr/local/sbin/dockerd']
const clientPaths = ['/usr/bin/docker', '/usr/local/bin/docker']
const usualDiskPath = '/var/lib/docker'

/** What of the cluster is needed to judge a machine. */
export type Surroundings = {
  /** The engine's ids of our machines. */
  ids: ReadonlySet<string>
  httpPort: number
}

/** Looks at a machine over SSH and changes nothing. */
export async function observeRemote(host: SshHost, { ids, httpPort }: Surroundings): Promise<RemoteFacts> {
  const isRoot = await host.becomeRoot()
  const os = parseOsRelease(await read(host, '/etc/os-release'))
  const [hostName = '', kernel = '', architecture = ''] = (await host.run(['uname', '-nrm'])).split(' ')
  const there = await listExisting(host, [...dockerdPaths, ...clientPaths, '/usr/bin/apt-get', '/usr/bin/perl'])
  const has = (...paths: string[]) => paths.some((path) => there.has(path))
  const hasDockerClient = has(...clientPaths)
  const engine = hasDockerClient ? await observeEngine(host, ids) : undefined
  return {
    hostName,
    user: host.target.user,
    isRoot,
    osName: os.PRETTY_NAME ?? 'an unknown system',
    isDebian: [os.ID, ...(os.ID_LIKE?.split(' ') ?? [])].some((id) => id === 'debian' || id === 'ubuntu'),
    kernel,
    architecture,
    modules: await observeModules(host),
    hasPerl: has('/usr/bin/perl'),
    hasApt: has('/usr/bin/apt-get'),
    hasSystemd: (await read(host, '/proc/1/comm')).trim() === 'systemd',
    isEngineInstalled: has(...dockerdPaths),
    hasDockerClient,
    engine,
    offeredEngine: has('/usr/bin/apt-get') ? await readOffer(host) : undefined,
    ...(await observeDisk(host, engine?.rootDir ?? usualDiskPath)),
    memoryBytes: 1024 * Number(/^MemTotal:\s+(\d+) kB$/m.exec(await read(host, '/proc/meminfo'))?.[1] ?? 0),
    clockAheadMs: await observeClock(host),
    listeners: await observeListeners(host, new Set(ownPorts(httpPort).map(({ port }) => port))),
  }
}

const read = async (host: SshHost, path: string) => (await host.end(['cat', path])).output

/** A shell's `test` for many paths at once; what is not there only makes it say so. */
async function listExisting(host: SshHost, paths: readonly string[]): Promise<Set<string>> {
  const { output } = await host.end(['find', ...paths, '-maxdepth', '0'])
  return new Set(output.split('\n'))
}

async function observeEngine(
  host: SshHost,
  ids: ReadonlySet<string>,
): Promise<(RemoteEngine & { rootDir: string }) | undefined> {
  const { docker } = host
  const version = await docker.version().catch(() => undefined)
  if (!version) return undefined
  const [info, containers] = await Promise.all([docker.info(), docker.listContainers()])
  const isMember = (info.Swarm?.LocalNodeState ?? 'inactive') !== 'inactive'
  return {
    version: version.Version,
    apiVersion: version.ApiVersion,
    swarm: !isMember ? 'none' : ids.has(info.Swarm?.NodeID ?? '') ? 'ours' : 'other',
    ownPorts: containers
      .filter(({ Labels }) => isOurContainer(Labels))
      .flatMap(({ Ports }) => Ports.flatMap(({ PublicPort }) => PublicPort ?? [])),
    rootDir: info.DockerRootDir,
  }
}

async function observeModules(host: SshHost): Promise<RemoteFacts['modules']> {
  const isLoaded = (await read(host, '/proc/filesystems')).split('\n').some((line) => line.trim().endsWith('overlay'))
  return { overlay: isLoaded || (await canLoad(host, 'overlay')), vxlan: await canLoad(host, 'vxlan') }
}

/** Undefined where the kernel's own program is not there, as in a container. */
async function canLoad(host: SshHost, module: string): Promise<boolean | undefined> {
  const { exitCode, lastLines } = await host.end(['modprobe', '--dry-run', module])
  if (exitCode === 0) return true
  return lastLines.some((line) => /not found in directory/.test(line)) &&
    !lastLines.some((line) => /modules\.(dep|builtin)/.test(line))
    ? false
    : undefined
}

/** `Candidate:` is the version that would be installed. */
async function readOffer(host: SshHost): Promise<string | undefined> {
  const { output } = await host.end(['apt-cache', 'policy', 'docker.io'])
  const version = /^\s*Candidate: (\S+)$/m.exec(output)?.[1]
  return version === '(none)' ? undefined : version
}

async function observeDisk(host: SshHost, path: string): Promise<{ freeDiskBytes: number; diskPath: string }> {
  for (let folder = path; ; folder = folder.replace(/\/[^/]*$/, '') || '/') {
    const { exitCode, output } = await host.end(['df', '--portability', '--block-size=1', folder])
    const free = output.split('\n')[1]?.trim().split(/\s+/)[3]
    if (exitCode === 0 && free) return { freeDiskBytes: Number(free), diskPath: path }
    if (folder === '/') return { freeDiskBytes: 0, diskPath: path }
  }
}

/** Right to within half of the time that one question takes. */
async function observeClock(host: SshHost): Promise<number> {
  const beforeMs = Date.now()
  const seconds = Number(await host.run(['date', '+%s.%N']))
  return seconds * 1000 - (beforeMs + Date.now()) / 2
}

async function observeListeners(host: SshHost, ports: ReadonlySet<number>): Promise<Listener[]> {
  const sockets = []
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6'] as const) {
    sockets.push(...parseSockets(await read(host, `/proc/net/${table}`), table.startsWith('tcp') ? 'tcp' : 'udp'))
  }
  const inTheWay = sockets.filter(({ port }) => ports.has(port))
  if (inTheWay.length === 0) return []
  const owners = await findOwners(host, new Set(inTheWay.map(({ inode }) => inode)))
  return inTheWay.map(({ inode, ...socket }) => ({ ...socket, process: owners.get(inode) ?? null }))
}

async function findOwners(host: SshHost, inodes: ReadonlySet<string>): Promise<Map<string, string>> {
  const argv = [
    'find',
    '/proc',
    '-maxdepth',
    '3',
    '-path',
    '/proc/[0-9]*/fd/*',
    '-lname',
    'socket:*',
    '-printf',
    '%p %l\\n',
  ]
  const { output } = await host.end(argv) // Processes end while it looks, which it reports as failures.
  const owners = new Map<string, string>()
  for (const line of output.split('\n')) {
    const [, pid = '', inode = ''] = /^\/proc\/(\d+)\/fd\/\d+ socket:\[(\d+)\]$/.exec(line) ?? []
    if (!inodes.has(inode) || owners.has(inode)) continue
    owners.set(inode, `${(await read(host, `/proc/${pid}/comm`)).trim()} (process ${pid})`)
  }
  return owners
}
