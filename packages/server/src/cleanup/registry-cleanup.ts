import { type CleanupStep, PlatformError } from '@berth/contract'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { ImageStore } from './image-store.ts'
import type { Cleaned, CleanupRequest, MachineDeps } from './machine-cleanup.ts'
import type { RegistryClient } from './registry-client.ts'
import type { RegistryCollection } from './registry-collection.ts'
import { holderOf } from './registry-holder.ts'
import { planRegistry, type RegistryImage, type RegistryStep } from './registry-plan.ts'

export type RegistryDeps = MachineDeps & {
  cluster: Pick<ClusterObserver, 'current'>
  registry: Pick<RegistryClient, 'list' | 'remove'>
  imageStore: Pick<ImageStore, 'markRemoved'>
  collection: RegistryCollection
}

export type RegistryRequest = CleanupRequest & {
  /** Whether the space is made free at once; otherwise the next cleanup that does it frees it. */
  collects: boolean
}

type Found = { content: readonly RegistryImage[] | null }

const listDeadlineMs = 120_000

/** While nothing is pushed to it, and with what is needed at that time. */
export async function cleanRegistry(
  request: RegistryRequest,
  deps: RegistryDeps,
  signal: AbortSignal,
): Promise<Cleaned & Found> {
  const holder = holderOf(deps)
  const refuse = (reason: string) => ({
    ...{ steps: [], content: null },
    refusals: [{ machine: holder?.name ?? '-', what: 'the registry', reason }],
  })
  if (!holder) return refuse('no machine says that it holds it')
  try {
    if (request.isDryRun) return await plan(holder.name, request, deps, signal)
    const open = await deps.gate.close('registry', { signal, patienceMs: request.patienceMs })
    if (!open) return refuse('a build or a deployment pushes to it')
    try {
      return await clean(holder, request, deps, signal)
    } finally {
      open()
    }
  } catch (error) {
    signal.throwIfAborted()
    return refuse(error instanceof PlatformError ? error.message : 'it did not answer in time')
  }
}

async function read(machine: string, { app }: CleanupRequest, deps: RegistryDeps, signal: AbortSignal) {
  const { needs, releases } = await deps.readNeeds(app)
  const patience = AbortSignal.any([signal, AbortSignal.timeout(listDeadlineMs)])
  const content = await deps.registry.list([...needs.past], patience)
  return { content, releases, steps: planRegistry({ machine, content, needs, app, nowMs: deps.now() }) }
}

async function plan(machine: string, request: RegistryRequest, deps: RegistryDeps, signal: AbortSignal) {
  const { content, steps } = await read(machine, request, deps, signal)
  const collects = request.collects && steps.length > 0
  return { content, refusals: [], steps: [...steps.map(forPeople), ...(collects ? [collectStep(machine, 0)] : [])] }
}

async function clean(
  holder: { id: string; name: string },
  request: RegistryRequest,
  deps: RegistryDeps,
  signal: AbortSignal,
): Promise<Cleaned & Found> {
  const { content, releases, steps } = await read(holder.name, request, deps, signal)
  const gone = steps.flatMap(({ removed }) => removed)
  const isGone = new Set(gone.map(({ name }) => name))
  const kept = new Set(content.filter(({ name }) => !isGone.has(name)).flatMap(({ children }) => children))
  await deps.imageStore.markRemoved(
    releases.flatMap(({ app, images }) => images.filter((image) => isGone.has(image)).map((image) => ({ app, image }))),
  )
  for (const image of gone) await deps.registry.remove(image, kept, signal)
  const expectedBytes = steps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  if (!request.collects) {
    return { content, refusals: [], steps: steps.map((step) => ({ ...forPeople(step), sizeBytes: 0 })) }
  }
  const freedBytes = await deps.collection.run(holder)
  const extraBytes = Math.max(0, freedBytes - expectedBytes)
  const collected = freedBytes > 0 ? [collectStep(holder.name, extraBytes)] : []
  return { content, refusals: [], steps: [...steps.map(forPeople), ...collected] }
}

/** What it frees beyond the images of the other steps: what pushes that broke off have left. */
const collectStep = (machine: string, sizeBytes: number): CleanupStep => ({
  ...{ kind: 'collect_registry', machine, app: null, images: [], sizeBytes },
  reason: 'layers that no image in the registry has any more',
})

const forPeople = ({ removed: _, ...step }: RegistryStep): CleanupStep => step
