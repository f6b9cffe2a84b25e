import { PlatformError } from '@berth/contract'
import { advisedEngine, findFlaws } from '../engine-setup/known-flaws.ts'
import type { SshHost } from '../ssh/ssh-host.ts'
import { aptGet } from '../system/debian-packages.ts'
import { finishPackages } from './finish-packages.ts'
import type { HostContext } from './host-context.ts'
import { hostsPath, setHostName, writeFile } from './host-name.ts'
import type { HostStep } from './host-plan.ts'
import { startEngine } from './remote-daemon.ts'

const engineFolders = ['/var/lib/docker', '/var/lib/containerd', '/etc/docker']

export async function applyHostStep(step: HostStep, context: HostContext): Promise<void> {
  switch (step.kind) {
    case 'rename':
      return rename(step, context)
    case 'installPackages':
      return installPackages(step.names, context)
    case 'startEngine':
      return startEngine(step.by, context)
  }
}

async function rename({ from, to }: { from: string; to: string }, { host, note }: HostContext): Promise<void> {
  const hostsFile = await host.run(['cat', hostsPath])
  await note({ kind: 'rename', from, to, hostsFile })
  await setHostName(host, to)
  // sudo and others look up the machine's own name, and wait long where nobody knows it.
  const known = hostsFile.split('\n').some((line) => line.split(/\s+/).includes(to))
  if (!known) await writeFile(host, hostsPath, `${hostsFile.trimEnd()}\n127.0.1.1\t${to}\n`)
}

/** Not interrupted half-way: a package that is half installed is in everybody's way. */
async function installPackages(names: readonly string[], { host, note, report }: HostContext): Promise<void> {
  const coming = await listComing(host, names, report)
  refuseFlawed(coming)
  const change = { names: coming.map(({ name }) => name), emptyFolders: await listEmpty(host) }
  await note({ kind: 'installPackages', ...change })
  report(`installing ${names.join(', ')}`)
  await finishPackages(host)
  await host.run([...aptGet, 'install', '-y', '--no-install-recommends', ...names], { onLine: report })
  // Newer releases have the engine's client in a package of its own.
  const { exitCode } = await host.end(['docker', '--version'])
  if (exitCode !== 0 && !names.includes('docker-cli')) {
    await installPackages(['docker-cli'], { host, note, report })
  }
}

type Coming = { name: string; version: string }

/** What an installation would bring, with everything that comes along. */
async function listComing(host: SshHost, names: readonly string[], report: (words: string) => void): Promise<Coming[]> {
  // A fresh system has no package lists, or old ones that name files which are gone.
  report('bringing the package lists up to date')
  const updated = await host.end([...aptGet, 'update'], { onLine: report })
  const simulated = await host.end([...aptGet, 'install', '--simulate', '--no-install-recommends', ...names])
  if (simulated.exitCode === 0) return parseSimulation(simulated.output)
  const reasons = [...(updated.exitCode === 0 ? [] : updated.lastLines), ...simulated.lastLines]
  throw new PlatformError(
    'conflict',
    `${names.join(', ')} cannot be installed on ${host.name}:\n${reasons.join('\n')}`,
    { hint: 'Can it reach its package servers? Or install Docker there yourself, and run this again' },
  )
}

/** Lines such as `Inst docker.io (20.10.24+dfsg1-1+b6 Debian:12.12/oldstable [amd64])`, with an older one in between. */
export const parseSimulation = (output: string): Coming[] =>
  [...output.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+)/gm)].map(([, name = '', version = '']) => ({ name, version }))

/** Only now are the lists fresh enough to tell which version would come. */
function refuseFlawed(coming: readonly Coming[]): void {
  const engine = coming.find(({ name }) => name === 'docker.io')
  const flaw = engine && findFlaws(engine.version).find(({ refused }) => refused !== 'never')
  if (!flaw) return
  throw new PlatformError('conflict', `apt-get would install Docker ${engine.version}: ${flaw.reason}`, {
    hint: `Install ${advisedEngine} there (https://docs.docker.com/engine/install/), and run this again`,
  })
}

async function listEmpty(host: SshHost): Promise<string[]> {
  const empty: string[] = []
  for (const folder of engineFolders) {
    const { output } = await host.end(['find', folder, '-mindepth', '1', '-maxdepth', '1', '-print', '-quit'])
    if (output === '') empty.push(folder)
  }
  return empty
}
