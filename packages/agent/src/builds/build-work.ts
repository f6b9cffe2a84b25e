import {
  type BuildEvent,
  type BuildFailure,
  type BuildOutcome,
  type BuildRequest,
  type BuildStep,
  type BuiltService,
  PlatformError,
} from '@berth/contract'
import type { MachineEngine, StepImage } from '@berth/engine'
import type { ImageLedger } from '../disk/image-ledger.ts'
import type { Log } from '../log.ts'
import { buildLimits, LimitReached } from './build-limits.ts'
import { createBuildLog } from './build-log.ts'
import { fetchSource, type ReadPiece } from './fetch-source.ts'
import { type PreparedService, prepareSource } from './prepare-source.ts'
import { RepositoryRefused } from './repository/repository-failure.ts'
import { withWorkFolder } from './work-folder.ts'

export type BuildDeps = {
  engine: Pick<MachineEngine, 'buildImage' | 'publishBuilt'>
  /** Where sources are unpacked; on the disk that the engine's images are on. */
  folder: string
  readPiece: ReadPiece
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
  try {
    return await withWorkFolder(deps.folder, buildId, (folder) =>
      buildIn(folder, request, { ...deps, buildLog, emit }, limits.signal),
    )
  } catch (error) {
    signal.throwIfAborted()
    if (limits.reached instanceof LimitReached) return { kind: 'failed', failure: limits.reached.failure }
    if (error instanceof RepositoryRefused) return { kind: 'failed', failure: error.failure }
    if (isOfTheSource(error)) return { kind: 'failed', failure: refusalOf(error) }
    throw error
  } finally {
    limits.stop()
    await buildLog.close()
  }
}

type Inside = BuildDeps & { buildLog: ReturnType<typeof createBuildLog>; emit: Emit }

async function buildIn(
  folder: string,
  request: BuildRequest,
  deps: Inside,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const { buildLog, emit } = deps
  const source = await fetchSource(folder, request, deps, signal)
  const prepared = await prepareSource(source, request.options, signal)
  const { recognizedAs, dockerfileText: dockerfile, isGenerated, warnings, services } = prepared
  await emit({ kind: 'recognized', as: recognizedAs, dockerfile, isGenerated })
  await buildLog.add([recognizedAs, ...warnings.map((words) => `Warning: ${words}`)])

  const stepsBefore: BuildStep[] = []
  const images: BuiltService[] = []
  for (const service of services) {
    if (services.length > 1) await buildLog.add([`--- ${service.name} ---`])
    const built = await buildService(service, request, { ...deps, stepsBefore }, signal)
    if ('failure' in built) return { kind: 'failed', failure: built.failure }
    images.push(built)
  }
  return { kind: 'built', images }
}

type Built = BuiltService | { failure: Omit<BuildFailure, 'logLines'> }

async function buildService(
  service: PreparedService,
  { app, options, credentials }: BuildRequest,
  { engine, buildLog, emit, ledger, stepsBefore }: Inside & { stepsBefore: BuildStep[] },
  signal: AbortSignal,
): Promise<Built> {
  const { target, args, noCache, memoryBytes, cpuMillis } = options
  const context = await service.pack()
  const how = {
    context,
    dockerfile: service.dockerfilePath,
    target,
    args,
    noCache,
    credentials,
    memoryBytes,
    cpuMillis,
  }
  let steps: BuildStep[] = []
  const onSteps = (next: BuildStep[]) => {
    steps = next
    return emit({ kind: 'steps', steps: [...stepsBefore, ...steps] })
  }
  const onStepImage = (image: StepImage) => ledger.noteStep(app, image)
  const built = await engine.buildImage({ ...how, app }, { onLines: buildLog.add, onSteps, onStepImage }, signal)
  stepsBefore.push(...steps)
  if (built.kind === 'failed') return built
  const onProgress = (detail: string) => void emit({ kind: 'detail', detail })
  const { image, imageBytes, exposedPorts } = await engine.publishBuilt(built.imageId, `127.0.0.1:5000/${app}`, {
    ...{ signal, onProgress },
  })
  await buildLog.add([`Image ${image}`])
  const { name, port, environment } = service
  return { service: name, image, imageBytes, port: port ?? exposedPorts[0] ?? null, environment: { ...environment } }
}

const archiveCodes = ['archive_invalid', 'archive_too_large']
const sourceCodes = [...archiveCodes, 'source_not_recognized', 'source_invalid', 'source_too_large']

const isOfTheSource = (error: unknown): error is PlatformError =>
  error instanceof PlatformError && sourceCodes.includes(error.code)

function refusalOf({ code, message, hint }: PlatformError) {
  const known = archiveCodes.includes(code) ? 'archive_invalid' : 'source_not_recognized'
  return { code: known, message, hint: hint ?? null } as const
}
