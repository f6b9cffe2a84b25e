import {
  type BuildEvent,
  type BuildFailure,
  type BuildOutcome,
  type BuildRequest,
  type BuildStep,
  type BuiltService,
  CallCancelled,
  PlatformError,
} from '@berth/contract'
import type { MachineEngine, StepImage } from '@berth/engine'
import type { ImageBuilder } from '../builder/image-builder.ts'
import type { ImageLedger } from '../disk/image-ledger.ts'
import type { Log } from '../log.ts'
import type { FetchFile } from '../server-link/fetch-file.ts'
import { buildLimits, LimitReached } from './build-limits.ts'
import { createBuildLog } from './build-log.ts'
import { fetchSource } from './fetch-source.ts'
import { type PreparedService, prepareSource } from './prepare-source.ts'
import { RepositoryRefused } from './repository/repository-failure.ts'
import { noteContainer, withWorkFolder } from './work-folder.ts'

export type BuildDeps = {
  engine: Pick<ImageBuilder, 'buildImage'> & Pick<MachineEngine, 'discardLayers' | 'publishBuilt'>
  /** Where sources are unpacked; on the disk that the engine's images are on. */
  folder: string
  fetchFile: FetchFile
  ledger: Pick<ImageLedger, 'noteStep'>
  log: Log
}

type Emit = (event: BuildEvent) => Promise<void>

/** One build, from its source to its image in the cluster's registry. Nothing of it stays but that, however it ends. */
export async function runBuild(
  request: BuildRequest,
  deps: BuildDeps,
  { emit, signal }: { emit: Emit; signal: AbortSignal },
): Promise<BuildOutcome> {
  const { buildId, options } = request
  const limits = buildLimits({ timeLimitMs: options.timeLimitMs, folder: deps.folder }, signal)
  const buildLog = createBuildLog(emit)
  const course: Course = { layerIds: [], steps: [] }
  try {
    return await withWorkFolder(deps.folder, buildId, (folder) =>
      buildIn(folder, request, { ...deps, buildLog, emit, course }, limits.signal),
    )
  } catch (error) {
    if (isGivenUp(limits.signal.reason)) await discard(course, deps)
    signal.throwIfAborted()
    if (limits.reached) return { kind: 'failed', failure: atStep(limits.reached.failure, course) }
    if (error instanceof RepositoryRefused) return { kind: 'failed', failure: error.failure }
    if (isOfTheSource(error)) return { kind: 'failed', failure: refusalOf(error) }
    throw error
  } finally {
    limits.stop()
    await buildLog.close()
  }
}

/** How far a build has come, for what is to be said or cleared away when it does not end well. */
type Course = { layerIds: string[]; steps: BuildStep[] }

/** What nobody will ask for again is not kept as cache; one that lost its server or its time begins where it was. */
const isGivenUp = (reason: unknown) =>
  reason instanceof CallCancelled || (reason instanceof LimitReached && reason.failure.code === 'disk_limit')

async function discard({ layerIds }: Course, { engine, log }: BuildDeps) {
  await engine.discardLayers(layerIds).catch((error: unknown) => log.warn('build_layers_not_discarded', { error }))
}

function atStep<Failure extends { message: string }>(failure: Failure, { steps }: Course): Failure {
  const last = steps.at(-1)
  return last?.state === 'running' ? { ...failure, message: `${failure.message}, at: ${last.title}` } : failure
}

type Inside = BuildDeps & { buildLog: ReturnType<typeof createBuildLog>; emit: Emit; course: Course }

async function buildIn(
  folder: string,
  request: BuildRequest,
  deps: Inside,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const { buildLog, emit } = deps
  const { options } = request
  const source = await fetchSource(folder, request, deps, signal)
  const prepared = await prepareSource(source, options, signal)
  const { recognizedAs, dockerfileText: dockerfile, isGenerated, warnings, services } = prepared
  await emit({ kind: 'recognized', as: recognizedAs, dockerfile, isGenerated })
  await buildLog.add([recognizedAs, ...warnings.map((words) => `Warning: ${words}`)])

  const refusal = options.pushTo ? refuseToPush(services) : undefined
  if (refusal) return { kind: 'failed', failure: refusal }
  const images: BuiltService[] = []
  for (const service of services) {
    if (services.length > 1) await buildLog.add([`--- ${service.name} ---`])
    const built = await buildService(service, request, { ...deps, folder }, signal)
    if ('failure' in built) return { kind: 'failed', failure: built.failure }
    images.push(built)
  }
  return { kind: 'built', images }
}

type Refusal = Omit<BuildFailure, 'logLines'>
type Built = BuiltService | { failure: Refusal }

function refuseToPush(services: readonly PreparedService[]): Refusal | undefined {
  if (services.length === 1) return undefined
  const names = services.map(({ name }) => name).join(', ')
  return {
    code: 'push_refused',
    message: `A source of several services has an image for each, and no one name fits them all: ${names}`,
    hint: 'Build without pushing to another registry, or one service at a time: name its folder (--folder)',
  }
}

async function buildService(
  service: PreparedService,
  request: BuildRequest,
  deps: Inside,
  signal: AbortSignal,
): Promise<Built> {
  const { app, options, credentials, secrets } = request
  const { engine, buildLog, emit, course, folder, ledger } = deps
  const { target, args, noCache, memoryBytes, cpuMillis } = options
  const context = await service.pack()
  const how = {
    context,
    dockerfile: service.dockerfilePath,
    dockerfileText: service.dockerfileText,
    target,
    args,
    secrets,
    noCache,
    credentials,
    memoryBytes,
    cpuMillis,
  }
  const before = course.steps
  const onSteps = (steps: BuildStep[]) => {
    course.steps = [...before, ...steps]
    return emit({ kind: 'steps', steps: course.steps })
  }
  const built = await engine.buildImage(
    { ...how, app },
    {
      onLines: buildLog.add,
      onSteps,
      onContainer: (containerId: string) => noteContainer(folder, containerId),
      onLayer: (layerId: string) => void course.layerIds.push(layerId),
      onStepImage: (image: StepImage) => ledger.noteStep(app, image),
    },
    signal,
  )
  if (built.kind === 'failed') return built
  const published = await publish(built.imageId, request, deps, signal)
  if ('failure' in published) return published
  const { image, imageBytes, exposedPorts } = published
  const { name, isFace, environment } = service
  const port = service.port ?? (isFace ? exposedPorts[0] : undefined) ?? null
  return { service: name, image, imageBytes, port, environment: { ...environment } }
}

/** To the cluster's registry, and to one outside where that is wanted. */
async function publish(
  imageId: string,
  { app, options: { pushTo }, credentials }: BuildRequest,
  { engine, buildLog, emit }: Inside,
  signal: AbortSignal,
) {
  const onProgress = (detail: string) => void emit({ kind: 'detail', detail })
  const push = pushTo ? { to: pushTo, credentials } : undefined
  if (push) await buildLog.add([`Publishing the image, and pushing it to ${push.to}`])
  const published = await engine.publishBuilt(imageId, `127.0.0.1:5000/${app}`, { signal, onProgress, push })
  const { image, pushed } = published
  await buildLog.add([`Image ${image}`])
  if (pushed && 'refusal' in pushed) return { failure: pushed.refusal }
  if (pushed) await buildLog.add([`Pushed ${pushTo}@${pushed.digest}`])
  return published
}

const archiveCodes = ['archive_invalid', 'archive_too_large']
const sourceCodes = [...archiveCodes, 'source_not_recognized', 'source_invalid', 'source_too_large']

const isOfTheSource = (error: unknown): error is PlatformError =>
  error instanceof PlatformError && sourceCodes.includes(error.code)

function refusalOf({ code, message, hint }: PlatformError) {
  const known = archiveCodes.includes(code) ? 'archive_invalid' : 'source_not_recognized'
  return { code: known, message, hint: hint ?? null } as const
}
