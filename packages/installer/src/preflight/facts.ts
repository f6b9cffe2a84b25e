import { access, readFile, statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname } from 'node:path'
import type Docker from 'dockerode'
import { isOurContainer, roleLabel } from '../names.ts'
import { listListeners } from './listeners.ts'
import type { EngineFacts, MachineFacts, PublishedPort, SwarmState } from './preflight-plan.ts'

/** Undefined where no engine answers. */
export async function gatherEngineFacts(docker: Docker): Promise<(EngineFacts & { rootDir: string }) | undefined> {
  const info = await docker.info().catch(() => undefined)
  if (!info) return undefined
  const swarm = swarmState(info.Swarm)
  const containers = await docker.listContainers()
  const publishedPorts = containers.flatMap((container) =>
    container.Ports.flatMap((port): PublishedPort[] => {
      const protocol = port.Type === 'udp' ? 'udp' : 'tcp'
      const owner = `the container ${container.Names[0]?.replace(/^\//, '') ?? container.Id.slice(0, 12)}`
      return port.PublicPort
        ? [{ protocol, port: port.PublicPort, owner, isOurs: isOurContainer(container.Labels) }]
        : []
    }),
  )
  return {
    version: info.ServerVersion,
    swarm,
    isInstalled: containers.some(({ Labels }) => isOurContainer(Labels)),
    memoryBytes: info.MemTotal,
    publishedPorts: [...publishedPorts, ...(swarm === 'manager' ? await listSwarmPorts(docker) : [])],
    rootDir: info.DockerRootDir,
  }
}

function swarmState(swarm: { LocalNodeState?: string; ControlAvailable?: boolean } | undefined): SwarmState {
  const state = swarm?.LocalNodeState ?? 'inactive'
  if (state === 'inactive') return 'inactive'
  if (state !== 'active') return 'unusable'
  return swarm?.ControlAvailable ? 'manager' : 'worker'
}

/** Ports of swarm services are held by the engine itself, so no container shows them. */
async function listSwarmPorts(docker: Docker): Promise<PublishedPort[]> {
  const services = await docker.listServices()
  return services.flatMap(({ Spec, Endpoint }) =>
    (Endpoint?.Ports ?? []).flatMap((port): PublishedPort[] =>
      port.PublishedPort && port.PublishMode === 'ingress'
        ? [
            {
              protocol: port.Protocol === 'udp' ? 'udp' : 'tcp',
              port: port.PublishedPort,
              owner: `the swarm service ${Spec?.Name}`,
              isOurs: roleLabel in (Spec?.Labels ?? {}),
            },
          ]
        : [],
    ),
  )
}

export async function gatherMachineFacts(engineDir: string): Promise<MachineFacts> {
  const os = parseOsRelease(await readFile('/etc/os-release', 'utf8').catch(() => ''))
  const isDebian = [os.ID, ...(os.ID_LIKE?.split(' ') ?? [])].some((id) => id === 'debian' || id === 'ubuntu')
  return {
    isRoot: process.getuid?.() === 0,
    hasApt: isDebian && (await exists('/usr/bin/apt-get')),
    osName: os.PRETTY_NAME ?? 'this system',
    freeDiskBytes: await freeBytes(engineDir),
    memoryBytes: totalmem(),
    listeners: await listListeners(),
  }
}

export function parseOsRelease(text: string): Record<string, string | undefined> {
  return Object.fromEntries([...text.matchAll(/^([A-Z_]+)="?(.*?)"?$/gm)].map(([, name, value]) => [name, value]))
}

/** Free space where a folder is or will be. */
export async function freeBytes(path: string): Promise<number> {
  if (!(await exists(path)) && path !== '/') return freeBytes(dirname(path))
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
