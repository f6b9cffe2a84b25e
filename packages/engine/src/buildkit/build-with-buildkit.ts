import { randomUUID } from 'node:crypto'
import { PlatformError } from '@berth/contract'
import type Dockerode from 'dockerode'
import type { BuiltImage, ImageBuild, ImageBuildListener } from '../image/build-image.ts'
import { labelName } from '../labels.ts'
import { buildkitRefusal } from './buildkit-failure.ts'
import { buildkitProgress } from './buildkit-progress.ts'
import { GrpcError, grpcClient, grpcStatus } from './grpc-client.ts'
import { hijack } from './hijack.ts'
import { openSession } from './session.ts'
import { solve } from './solve.ts'
import type { BuildStatus } from './status-message.ts'

export type BuildkitBuild = ImageBuild & {
  /** Where instructions run, below `<parent>/buildkit`; undefined for the engine's own place. */
  cgroupParent?: string | undefined
}

/**
 * Builds by the engine's own BuildKit. Unlike the classic builder it knows no limits: whoever asks has set them on the
 * cgroup in which its instructions run. When the signal aborts, so do they.
 */
export async function buildWithBuildkit(
  docker: Dockerode,
  build: BuildkitBuild,
  listener: ImageBuildListener,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const client = grpcClient(await hijack(docker, { path: '/grpc' }, signal))
  const session = await openSession(docker, build, signal).catch((error: unknown) => {
    client.close()
    throw error
  })
  const progress = buildkitProgress()
  const tell = async ({ lines, hasNewSteps }: { lines: string[]; hasNewSteps: boolean }) => {
    if (lines.length > 0) await listener.onLines(lines)
    if (hasNewSteps) await listener.onSteps(progress.steps())
  }
  const onStatus = (status: BuildStatus) => tell(progress.add(status))
  const asked = { ref: randomUUID(), sessionId: session.id, frontend: frontendOf(build, session.contextUrl) }
  try {
    const imageId = await solve(client, asked, onStatus, signal)
    await tell(progress.end(Date.now()))
    if (imageId) return { kind: 'built', imageId }
    return { kind: 'failed', failure: buildkitRefusal('the engine named no image') }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof GrpcError)) throw error
    if (error.status === grpcStatus.unavailable) throw engineGone(error)
    await tell(progress.end(Date.now()))
    const failure = buildkitRefusal(error.message, { hasNoProcessLeft: progress.hasNoProcessLeft() })
    await listener.onLines([failure.message])
    return { kind: 'failed', failure }
  } finally {
    session.close()
    client.close()
  }
}

/** Names of the Dockerfile's reader, see moby/buildkit, frontend/dockerfile. */
function frontendOf({ dockerfile, target, args, noCache, app, cgroupParent }: BuildkitBuild, contextUrl: string) {
  const prefixed = (prefix: string, values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}:${name}`, value]))
  return {
    context: contextUrl,
    filename: dockerfile,
    // As the classic builder: a base image that is here is taken as it is.
    'image-resolve-mode': 'default',
    ...(target ? { target } : {}),
    ...(noCache ? { 'no-cache': '' } : {}),
    ...(cgroupParent ? { 'cgroup-parent': cgroupParent } : {}),
    ...prefixed('build-arg', args),
    ...prefixed('label', { [labelName.role]: 'image', [labelName.app]: app }),
  }
}

const engineGone = (cause: GrpcError) =>
  new PlatformError('engine_unavailable', `The engine ended the build: ${cause.message}`, { cause })
