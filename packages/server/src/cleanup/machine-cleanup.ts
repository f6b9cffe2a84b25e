import { type CleanupRefusal, type CleanupStep, type DiskLook, PlatformError } from '@berth/contract'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { layerCounts } from './layer-counts.ts'
import { type MachinePlan, type MachineStep, planMachine } from './machine-plan.ts'
import type { ReadNeeds } from './needs-reader.ts'
import type { WorkGate } from './work-gate.ts'

export type CleanupRequest = {
  /** Only what is of this app. */
  app?: string | undefined
  isDryRun: boolean
  /** How long work that is in the way is waited for. */
  patienceMs: number
}

export type Cleaned = { steps: CleanupStep[]; refusals: CleanupRefusal[] }

export type MachineDeps = { readNeeds: ReadNeeds; gate: WorkGate; now(): number }

type Machine = Pick<AgentConnection, 'name' | 'channel'>

const lookDeadlineMs = 60_000
const removalDeadlineMs = 600_000

/** Plans by a fresh look and does it. What it finds in its way is told, and is no error. */
export async function cleanMachine(
  machine: Machine,
  request: CleanupRequest,
  deps: MachineDeps,
  signal: AbortSignal,
): Promise<Cleaned & { look: DiskLook | null }> {
  try {
    const { needs } = await deps.readNeeds(request.app)
    const patience = AbortSignal.any([signal, AbortSignal.timeout(lookDeadlineMs)])
    const look = await machine.channel.call('lookAtDisk', {}, { signal: patience })
    const plan = planMachine({ machine: machine.name, look, needs, app: request.app, nowMs: deps.now() })
    const cleaned = request.isDryRun
      ? { steps: plan.steps.map(withoutIds), refusals: [] }
      : await apply(plan, { machine, look, request }, deps, signal)
    return { ...cleaned, look }
  } catch (error) {
    signal.throwIfAborted()
    const reason = error instanceof PlatformError ? error.message : 'its agent did not answer in time'
    return { steps: [], refusals: [{ machine: machine.name, what: 'its disk', reason }], look: null }
  }
}

type Place = { machine: Machine; look: DiskLook; request: CleanupRequest }

async function apply(
  plan: MachinePlan,
  { machine, look, request }: Place,
  { gate }: MachineDeps,
  signal: AbortSignal,
): Promise<Cleaned> {
  const counts = layerCounts(look)
  const remove = (kind: MachineStep['kind']) => removeKind(kind, { plan, machine, look, counts }, signal)
  const images = await remove('remove_images')
  if (!plan.steps.some(({ kind }) => kind === 'remove_build_cache')) return images
  const { name } = machine
  const open = await gate.close(`machine ${name}`, { signal, patienceMs: request.patienceMs })
  if (!open) {
    const busy = { machine: name, what: 'build cache', reason: 'a build runs there' }
    return { ...images, refusals: [...images.refusals, busy] }
  }
  try {
    const built = await remove('remove_build_cache')
    const records = await removeRecords({ plan, machine, look }, signal)
    const all = [images, built, records]
    return { steps: all.flatMap(({ steps }) => steps), refusals: all.flatMap(({ refusals }) => refusals) }
  } finally {
    open()
  }
}

type Removing = Omit<Place, 'request'> & { plan: MachinePlan; counts: ReturnType<typeof layerCounts> }

/** What the machine says is gone is what was done. */
async function removeKind(
  wanted: MachineStep['kind'],
  { plan, machine, look, counts }: Removing,
  signal: AbortSignal,
): Promise<Cleaned> {
  const steps = plan.steps.filter(({ kind }) => kind === wanted)
  const asked = new Set(steps.flatMap(({ imageIds }) => imageIds))
  if (asked.size === 0) return { steps: [], refusals: [] }
  const patience = AbortSignal.any([signal, AbortSignal.timeout(removalDeadlineMs)])
  const imageIds = plan.imageIds.filter((imageId) => asked.has(imageId))
  const { removed, kept } = await machine.channel.call('removeImages', { imageIds }, { signal: patience })
  const isRemoved = new Set(removed)
  const gone = new Map(
    look.images.flatMap((image) => (isRemoved.has(image.imageId) ? [[image.imageId, image] as const] : [])),
  )
  return {
    steps: steps.flatMap((step): CleanupStep[] => {
      const own = step.imageIds.flatMap((imageId) => gone.get(imageId) ?? [])
      const sizeBytes = own.reduce((sum, image) => sum + counts.remove(image), 0)
      const images = own.flatMap(({ names, imageId }) => (names.length > 0 ? names : [imageId]))
      return own.length > 0 ? [{ ...withoutIds(step), images, sizeBytes }] : []
    }),
    refusals: kept.map(({ imageId, reason }) => ({ machine: machine.name, what: imageId, reason })),
  }
}

async function removeRecords({ plan, machine, look }: Omit<Removing, 'counts'>, signal: AbortSignal): Promise<Cleaned> {
  const steps = plan.steps.filter(({ recordIds }) => recordIds.length > 0)
  if (steps.length === 0) return { steps: [], refusals: [] }
  const patience = AbortSignal.any([signal, AbortSignal.timeout(removalDeadlineMs)])
  const recordIds = steps.flatMap((step) => step.recordIds)
  const { removed, kept } = await machine.channel.call('removeCacheRecords', { recordIds }, { signal: patience })
  const isRemoved = new Set(removed)
  const gone = look.cacheRecords.filter(({ recordId }) => isRemoved.has(recordId))
  return {
    steps: steps.flatMap((step): CleanupStep[] => {
      const own = gone.filter(({ recordId }) => step.recordIds.includes(recordId))
      const sizeBytes = own.reduce((sum, record) => sum + record.sizeBytes, 0)
      const images = own.map(({ recordId }) => recordId)
      return own.length > 0 ? [{ ...withoutIds(step), images, sizeBytes }] : []
    }),
    refusals: kept.map(({ recordId, reason }) => ({ machine: machine.name, what: recordId, reason })),
  }
}

const withoutIds = ({ imageIds: _, recordIds: __, ...step }: MachineStep): CleanupStep => step
