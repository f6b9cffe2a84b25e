import { PlatformError, type RegistryCredentials, type ServiceSpec } from '@berth/contract'
import type { Engine } from '@berth/engine'
import type { AgentConnection } from '../agents/agent-registry.ts'
import type { ReleaseService } from '../releases/release-store.ts'

type Progress = (detail: string) => void

/** Finds the digest of every service's image. Throws what `Engine.resolveImage` throws. */
export async function resolveImages(
  app: string,
  services: readonly ServiceSpec[],
  { engine, credentials, onProgress }: { engine: Engine; credentials: RegistryCredentials[]; onProgress: Progress },
  signal: AbortSignal,
): Promise<{ services: ReleaseService[]; detail: string }> {
  const resolved: ReleaseService[] = []
  const details: string[] = []
  for (const service of services) {
    const request = { image: service.image, publishTo: `127.0.0.1:5000/${app}`, credentials }
    const { image, source } = await engine.resolveImage(request, { signal, onProgress })
    resolved.push({ ...service, imageDigest: image })
    const digest = image.slice(image.indexOf('@') + 1, image.indexOf('@') + 20)
    details.push(`${service.image} is ${digest}${whereFrom[source]}`)
  }
  return { services: resolved, detail: details.join('; ') }
}

const whereFrom = {
  registry: '',
  machine: ', from this machine, now in the registry',
  private: ', from its private registry, now in ours',
} as const

/** Has every machine pull the images, so that no start waits for the network. Throws the first failure, naming its machine. */
export async function pullEverywhere(
  images: readonly string[],
  agents: readonly AgentConnection[],
  onProgress: Progress,
  signal: AbortSignal,
): Promise<string> {
  const startedAtMs = performance.now()
  const words = new Map<string, string>()
  const tell = (agent: AgentConnection, text: string) => {
    words.set(agent.name, text)
    onProgress([...words].map(([name, progress]) => `${name}: ${progress}`).join('; '))
  }
  await Promise.all(
    agents.map(async (agent) => {
      for (const image of images) {
        await agent.channel
          .call('pullImage', { image }, { signal, onEvent: (text) => tell(agent, text) })
          .catch((error: unknown) => {
            signal.throwIfAborted()
            throw onMachine(agent.name, error)
          })
      }
      tell(agent, 'has it')
    }),
  )
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
  return `on ${agents.length === 1 ? agents[0]?.name : `${agents.length} machines`} in ${seconds} s`
}

function onMachine(machine: string, error: unknown): unknown {
  if (!(error instanceof PlatformError)) return error
  return new PlatformError(error.code, `${machine}: ${error.message}`, { hint: error.hint, cause: error })
}
