import { setTimeout as sleep } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type { SshHost } from '../ssh/ssh-host.ts'
import type { HostContext } from './host-context.ts'

const engineLogPath = '/var/log/dockerd.log'
const startDeadlineMs = 60_000
const pollMs = 300

export async function startEngine(by: 'systemd' | 'daemon', context: HostContext): Promise<void> {
  const { host, note, signal } = context
  if (await isAnswering(host)) return
  await note({ kind: 'startEngine', by })
  if (by === 'systemd') await host.run(['systemctl', 'enable', '--now', 'docker.service'])
  else await startDaemon(host)
  const endMs = performance.now() + startDeadlineMs
  while (!(await isAnswering(host))) {
    if (performance.now() > endMs) throw await doesNotStart(host, by)
    await sleep(pollMs, undefined, { signal })
  }
}

const isAnswering = async (host: SshHost) =>
  (await host.end(['docker', 'version', '--format', '{{.Server.Version}}'])).exitCode === 0

async function startDaemon(host: SshHost): Promise<void> {
  const daemon = await findDaemon(host)
  const isRunning = (await host.end(['start-stop-daemon', '--status', '--exec', daemon])).exitCode === 0
  if (isRunning) return
  // Left by an engine that was killed, they keep a new one from starting.
  await host.run(['rm', '-f', '/var/run/docker.pid', '/var/run/docker/containerd/containerd.pid'])
  const place = ['--start', '--background', '--output', engineLogPath, '--exec', daemon]
  await host.run(['start-stop-daemon', ...place, '--', '-H', 'unix:///var/run/docker.sock'])
}

const daemonPaths = ['/usr/bin/dockerd', '/usr/sbin/dockerd', '/usr/local/bin/dockerd', '/usr/local/sbin/dockerd']

async function findDaemon(host: SshHost): Promise<string> {
  const { output } = await host.end(['find', ...daemonPaths, '-maxdepth', '0'])
  return output.split('\n')[0] || '/usr/sbin/dockerd'
}

async function doesNotStart(host: SshHost, by: 'systemd' | 'daemon'): Promise<PlatformError> {
  const log =
    by === 'systemd'
      ? ['journalctl', '-u', 'docker.service', '-n', '20', '--no-pager']
      : ['tail', '-n', '20', engineLogPath]
  const { output } = await host.end(log)
  return new PlatformError('engine_unavailable', `The engine on ${host.name} does not answer:\n${output}`, {
    hint: `Look there with: ${log.join(' ')}`,
  })
}

export async function stopEngine(by: 'systemd' | 'daemon', host: SshHost): Promise<void> {
  if (by === 'systemd') {
    await host.end(['systemctl', 'disable', '--now', 'docker.socket', 'docker.service'])
    return
  }
  await host.run(['start-stop-daemon', '--stop', '--oknodo', '--retry', '30', '--exec', await findDaemon(host)])
}
