import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { AgentConnection, AgentRegistry } from '../agents/agent-registry.ts'
import { liveDeployments, type Wanted } from '../services/live-deployments.ts'

type Deps = {
  agents: Pick<AgentRegistry, 'list'>
  readWanted(): Promise<Omit<Wanted, 'removedApps'>>
  log: Logger
  everyMs?: number
}

const lookEveryMs = 30_000
/** Not all at once: they come from one registry. */
const machinesAtOnce = 4

/**
 * Has every machine hold the images of what serves, so that an instance whose machine is lost starts elsewhere without
 * waiting for a download. Deployments see to the machines that take instances; this is for those that joined, came back
 * or were cordoned then.
 */
export async function spreadImages(deps: Deps, signal: AbortSignal): Promise<void> {
  const held = new WeakMap<AgentConnection, ReadonlySet<string>>()
  while (!signal.aborted) {
    await delay(deps.everyMs ?? lookEveryMs, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) await spread(held, deps, signal)
  }
}

/** One pass. `held`: what a machine was seen to hold, for as long as its connection lasts. */
export async function spread(
  held: WeakMap<AgentConnection, ReadonlySet<string>>,
  { agents, readWanted, log }: Deps,
  signal: AbortSignal,
): Promise<void> {
  try {
    const images = servingImages(await readWanted())
    const lacking = agents.list().filter((agent) => missing(images, held.get(agent)).length > 0)
    // One row of them for all who work.
    const next = lacking.values()
    const work = async () => {
      for (const agent of next) held.set(agent, await fetchMissing(agent, images, held.get(agent), { log, signal }))
    }
    await Promise.all(Array.from({ length: machinesAtOnce }, work))
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error }, 'images_not_spread')
  }
}

/** Digests of what has the route. */
export function servingImages(wanted: Omit<Wanted, 'removedApps'>): string[] {
  const serving = liveDeployments(wanted).filter(({ role, app }) => role === 'serving' && !app.isStopped)
  return [...new Set(serving.flatMap(({ release }) => release.services.map(({ imageDigest }) => imageDigest)))]
}

const missing = (images: readonly string[], held: ReadonlySet<string> = new Set()) =>
  images.filter((image) => !held.has(image))

/** What the machine holds then of `images`. What it could not get is tried again at the next look. */
async function fetchMissing(
  agent: AgentConnection,
  images: readonly string[],
  held: ReadonlySet<string> | undefined,
  { log, signal }: { log: Logger; signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  const holds = new Set(images.filter((image) => held?.has(image)))
  for (const image of missing(images, held)) {
    try {
      await agent.channel.call('pullImage', { image }, { signal })
      holds.add(image)
    } catch (error) {
      if (signal.aborted) break
      log.warn({ err: error, machine: agent.name, image }, 'image_not_pulled')
    }
  }
  return holds
}
