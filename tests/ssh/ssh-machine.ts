import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import Docker from 'dockerode'
import { followImageStream } from '../../packages/installer/src/base-images/image-stream.ts'
import { ensureMachineImage } from '../../packages/installer/src/machine-containers/machine-image.ts'
import {
  ensureMachineNetwork,
  freeAddress,
  listTakenAddresses,
} from '../../packages/installer/src/machine-containers/machine-network.ts'
import { machineOptions } from '../../packages/installer/src/machine-containers/machine-options.ts'
import { readMissingCapabilities } from '../../packages/installer/src/machine-containers/missing-capabilities.ts'
import { readResolvers } from '../../packages/installer/src/machine-containers/resolvers.ts'
import { execute, testSite } from '../machine.ts'

const context = join(import.meta.dirname, '../../deploy/machine-ssh')

/** A machine that is reached over SSH, with an engine or before anybody has installed one. */
export type SshMachine = {
  name: string
  address: string
  exec(argv: readonly string[]): Promise<{ exitCode: number; output: string }>
  /** Ends the processes of all SSH sessions at once, as a network that breaks does. */
  dropSessions(): Promise<void>
}

export type SshMachineOptions = {
  name: string
  runId: string
  hasEngine: boolean
  /** Let in as root, as ann and as cleo; one to a line. */
  publicKeys: string
  /** Instead of a volume. */
  diskBytes?: number
}

export async function createSshMachine(options: SshMachineOptions): Promise<SshMachine> {
  const outer = new Docker()
  const { name, runId, hasEngine, publicKeys } = options
  const image = await buildImage(outer, hasEngine ? 'engine' : 'bare')
  const site = testSite(runId)
  const prefix = await ensureMachineNetwork(outer, site)
  const address = freeAddress(prefix, await listTakenAddresses(outer, site))
  const facts = { missingCapabilities: await readMissingCapabilities(), resolvers: await readResolvers() }
  const wanted = machineOptions(site, { name, address, ...facts })
  const container = await outer.createContainer({
    ...wanted,
    Image: image,
    HostConfig: withDisk(wanted.HostConfig, options),
  })
  await container.start()
  const exec = (argv: readonly string[]) => execute(container, argv)
  for (const home of ['/root', '/home/ann', '/home/cleo']) await letIn(exec, home, publicKeys)
  return { name, address, exec, dropSessions: async () => void (await exec(['pkill', '-9', '-f', '^sshd: .*@notty'])) }
}

async function buildImage(outer: Docker, target: 'engine' | 'bare'): Promise<string> {
  await ensureMachineImage(outer)
  const image = `berth-machine-${target === 'engine' ? 'ssh' : 'bare'}`
  const stream = await outer.buildImage({ context, src: await readdir(context) }, { t: image, target, forcerm: true })
  await followImageStream(outer, stream, () => undefined)
  return image
}

type HostConfig = NonNullable<Docker.ContainerCreateOptions['HostConfig']>

function withDisk(config: HostConfig | undefined, { diskBytes }: SshMachineOptions): HostConfig {
  if (!diskBytes) return config ?? {}
  return { ...config, Mounts: [], Tmpfs: { ...config?.Tmpfs, '/var/lib/docker': `rw,size=${diskBytes}` } }
}

async function letIn(exec: SshMachine['exec'], home: string, publicKeys: string): Promise<void> {
  const steps = [
    ['mkdir', '-p', '-m', '700', `${home}/.ssh`],
    ['bash', '-c', 'printf "%s\\n" "$1" > "$2"', '-', publicKeys, `${home}/.ssh/authorized_keys`],
    ['chown', '-R', '--reference', home, `${home}/.ssh`],
  ]
  for (const argv of steps) {
    const { exitCode, output } = await exec(argv)
    if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${output}`)
  }
}
