import { setTimeout as delay } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineCall } from '../engine-failure.ts'
import { roleLabel } from '../labels.ts'
import { execIn } from './exec.ts'
import type { MachineEngine } from './machine-engine.ts'

export type RegistryMethods = Pick<
  MachineEngine,
  'measureRegistry' | 'collectRegistryGarbage' | 'untilRegistryCollected'
>

const collectWord = 'garbage-collect'
const lookAgainMs = 1_000
const dataFolder = '/var/lib/registry'
/** Where registry:2 has it; another version says so in its command. */
const usualConfig = '/etc/docker/registry/config.yml'

/** Everything that is done to the container of the cluster's registry, and to no other. */
export function registryContainerOf(docker: Dockerode): RegistryMethods {
  return {
    async measureRegistry(signal) {
      const found = await find(docker, signal)
      return found && measure(docker, found, signal)
    },

    async collectRegistryGarbage() {
      const found = await find(docker, undefined)
      if (!found) throw new PlatformError('not_found', 'The registry does not run on this machine')
      await untilCollected(docker, undefined)
      const before = await measure(docker, found, undefined)
      await run(docker, found, ['registry', collectWord, found.configPath], undefined)
      return { freedBytes: Math.max(0, before - (await measure(docker, found, undefined))) }
    },

    untilRegistryCollected: (signal) => untilCollected(docker, signal),
  }
}

async function untilCollected(docker: Dockerode, signal: AbortSignal | undefined): Promise<void> {
  while (await isCollecting(docker, signal)) await delay(lookAgainMs, undefined, signal ? { signal } : {})
}

/** The engine knows what runs in the container, also when who began it is gone. */
async function isCollecting(docker: Dockerode, abortSignal: AbortSignal | undefined): Promise<boolean> {
  const found = await find(docker, abortSignal)
  if (!found) return false
  return engineCall('look at what runs in the registry', abortSignal, async () => {
    const { ExecIDs } = await docker.getContainer(found.id).inspect({ abortSignal })
    const execs = await Promise.all((ExecIDs ?? []).map((id) => docker.getExec(id).inspect({ abortSignal })))
    return execs.some(({ Running, ProcessConfig }) => Running && ProcessConfig.arguments.includes(collectWord))
  })
}

type Registry = { id: string; name: string; configPath: string }

async function find(docker: Dockerode, abortSignal: AbortSignal | undefined): Promise<Registry | undefined> {
  return engineCall('look for the registry', abortSignal, async () => {
    const filters = { label: [roleLabel('registry')], status: ['running'] }
    const [container] = await docker.listContainers({ filters, abortSignal })
    if (!container) return undefined
    const { Id, Name, Args } = await docker.getContainer(container.Id).inspect({ abortSignal })
    const configPath = Args.find((word) => /\.ya?ml$/.test(word)) ?? usualConfig
    return { id: Id, name: Name.replace(/^\//, ''), configPath }
  })
}

async function measure(docker: Dockerode, registry: Registry, signal: AbortSignal | undefined): Promise<number> {
  const output = await run(docker, registry, ['du', '-sk', dataFolder], signal)
  return Number(/^(\d+)\s/m.exec(output)?.[1] ?? 0) * 1024
}

async function run(
  docker: Dockerode,
  { id, name }: Registry,
  argv: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const { exitCode, output } = await execIn(docker, { id, name, argv }, signal)
  if (exitCode === 0) return output
  throw new PlatformError('engine_failed', `${argv[0]} in ${name} ended with ${exitCode}: ${output.slice(-500).trim()}`)
}
