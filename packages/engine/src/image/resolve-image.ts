import { PlatformError, type RegistryCredentials } from '@berth/contract'
import type Dockerode from 'dockerode'
import type { ResolvedImage } from '../engine.ts'
import { engineCall, findCall } from '../engine-failure.ts'
import { type ImageName, parseImageName, withDigest, withTag } from './image-name.ts'
import { credentialsFor, leaveOnlyPublished, pullPrivate } from './pull-private.ts'
import { failureFromWords, isOutOfReach, registryFailure } from './registry-failure.ts'
import { waitForRegistry } from './registry-patience.ts'
import { noCredentials } from './registry-sign-in.ts'
import { removeName } from './remove-name.ts'
import { followTransfer } from './transfer.ts'

/** Long enough for a slow registry; an engine without a network would go on asking for a minute. */
const registryTimeoutMs = 15_000
const digestPattern = /^[a-z0-9]+:[0-9a-f]{32,}$/

type Request = { image: string; publishTo: string; credentials?: readonly RegistryCredentials[] | undefined }
type Options = { signal?: AbortSignal | undefined; onProgress?: ((progress: string) => void) | undefined }

/** See Engine.resolveImage. */
export async function resolveImage(docker: Dockerode, request: Request, options: Options): Promise<ResolvedImage> {
  const name = parseImageName(request.image)
  const credentials = credentialsFor(name, request.credentials)
  if (name.digest && !credentials) return { image: withDigest(name, name.digest), source: 'registry' }
  options.onProgress?.(`asking ${name.registry} for ${withTag(name)}`)
  const answer = await askRegistry(docker, name, options.signal)
  if ('digest' in answer) return { image: withDigest(name, answer.digest), source: 'registry' }
  const ownRegistry = parseImageName(request.publishTo).registry
  if (name.registry === ownRegistry) throw answer.failure
  if (credentials) {
    // Kept in the cluster's own registry, so that no machine needs the password, now or when it is started anew.
    const pulled = await pullPrivate(docker, name, credentials, options)
    const { imageId } = pulled
    const image = await publish(docker, { imageId, publishTo: request.publishTo, ...options })
    await leaveOnlyPublished(docker, pulled, image, options)
    return { image, source: 'private' }
  }
  const imageId = await findLocal(docker, name, options.signal)
  if (!imageId) throw answer.failure
  return { image: await publish(docker, { imageId, publishTo: request.publishTo, ...options }), source: 'machine' }
}

/** Asks for the digest; what the registry refuses is an answer, an engine that does not answer is an error. */
export async function askRegistry(
  docker: Dockerode,
  name: ImageName,
  signal: AbortSignal | undefined,
): Promise<{ digest: string } | { failure: PlatformError }> {
  const timeout = AbortSignal.timeout(registryTimeoutMs)
  try {
    const digest = await fetchDigest(docker, name, signal ? AbortSignal.any([signal, timeout]) : timeout)
    return { digest }
  } catch (error) {
    signal?.throwIfAborted()
    if (timeout.aborted) {
      return { failure: failureFromWords(name, `timeout after ${registryTimeoutMs / 1000} s`, { cause: error }) }
    }
    const failure = registryFailure(name, error)
    if (failure.code === 'engine_unavailable') throw failure
    return { failure }
  }
}

/** Not by the client's own method, which cannot be aborted. */
function fetchDigest(docker: Dockerode, name: ImageName, abortSignal: AbortSignal): Promise<string> {
  abortSignal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const path = `/distribution/${name.digest ? withDigest(name, name.digest) : withTag(name)}/json`
    const onAnswer = (error: unknown, answer: unknown) => {
      const digest = (answer as { Descriptor?: { digest?: string } } | null)?.Descriptor?.digest
      if (error) reject(error)
      else if (digest && digestPattern.test(digest)) resolve(digest)
      else reject(failureFromWords(name, 'the registry gave no digest'))
    }
    docker.modem.dial({ path, method: 'GET', abortSignal, statusCodes: { 200: true } }, onAnswer)
  })
}

/** Only by its full name: the engine would also take the beginning of an id. */
async function findLocal(docker: Dockerode, name: ImageName, signal: AbortSignal | undefined) {
  const found = await findCall(`look for ${withTag(name)} among its images`, signal, () =>
    docker.getImage(withTag(name)).inspect(),
  )
  return found?.RepoTags?.includes(withTag(name)) ? found.Id : undefined
}

/** Pushes an image of this engine to a registry that every machine reaches, and gives its name there. */
export async function publish(
  docker: Dockerode,
  { imageId, publishTo, signal, onProgress }: Options & { imageId: string; publishTo: string },
): Promise<string> {
  const tag = imageId.replace(/^sha256:/, '').slice(0, 12)
  const published = parseImageName(`${publishTo}:${tag}`)
  await engineCall(`name the image ${withTag(published)}`, signal, () =>
    docker.getImage(imageId).tag({ repo: publishTo, tag, abortSignal: signal }),
  )
  try {
    onProgress?.('publishing to the cluster’s registry')
    const options = { signal, onProgress }
    return withDigest(published, await waitForRegistry(() => push(docker, published, options), options))
  } finally {
    // Also when it failed or was aborted, hence without the signal; the image keeps the name it came with.
    await removeName(docker, withTag(published))
  }
}

async function push(docker: Dockerode, name: ImageName, { signal, onProgress }: Options): Promise<string> {
  let digest: string | undefined
  const options: Dockerode.ImagePushOptions = { tag: name.tag, authconfig: noCredentials, abortSignal: signal }
  const stream = await engineCall(`push ${withTag(name)}`, signal, () => docker.getImage(name.familiar).push(options))
  const { failure } = await followTransfer(stream, {
    verb: 'publishing to the cluster’s registry:',
    signal,
    onProgress,
    onEvent: ({ aux }) => {
      digest = aux?.Digest ?? digest
    },
  })
  if (failure) throw publishFailure(name, failure)
  if (!digest) throw publishFailure(name, 'the registry gave no digest')
  return digest
}

const publishFailure = (name: ImageName, words: string) =>
  new PlatformError(
    isOutOfReach(words) ? 'registry_unreachable' : 'engine_failed',
    `Berth’s registry did not take ${withTag(name)}: ${words}`,
    {
      hint: 'Check that the berth-registry service and the edge of this machine run',
    },
  )
