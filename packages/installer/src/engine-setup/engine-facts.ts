import { access, constants, readFile } from 'node:fs/promises'
import Docker from 'dockerode'
import type { EngineFacts } from './engine-plan.ts'

const dockerdPaths = ['/usr/bin/dockerd', '/usr/sbin/dockerd', '/usr/local/bin/dockerd', '/usr/local/sbin/dockerd']
const aptPath = '/usr/bin/apt-get'

export async function readEngineFacts(socketPath: string): Promise<EngineFacts> {
  const [running, dockerd, apt, firstProcess, osName] = await Promise.all([
    readRunning(socketPath),
    findDockerd(),
    isExecutable(aptPath),
    readFile('/proc/1/comm', 'utf8').catch(() => ''),
    readOsName(),
  ])
  return {
    running,
    isInstalled: dockerd !== undefined,
    hasApt: apt,
    hasSystemd: firstProcess.trim() === 'systemd',
    osName,
  }
}

/** Undefined where no engine answers. */
export async function readRunning(socketPath: string): Promise<EngineFacts['running']> {
  const version = await new Docker({ socketPath }).version().catch(() => undefined)
  return version && { version: version.Version, apiVersion: version.ApiVersion }
}

export async function findDockerd(): Promise<string | undefined> {
  for (const path of dockerdPaths) if (await isExecutable(path)) return path
  return undefined
}

const isExecutable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

async function readOsName(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^PRETTY_NAME="?([^"\n]+)/m.exec(release)?.[1] ?? 'this system'
}
