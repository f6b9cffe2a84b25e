import { PlatformError, type RegistryCredentials } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineCall } from '../engine-failure.ts'
import { type ImageName, withDigest, withTag } from './image-name.ts'
import { failureFromWords, registryFailure } from './registry-failure.ts'
import { authConfigOf } from './registry-sign-in.ts'
import { followTransfer } from './transfer.ts'

type Options = { signal?: AbortSignal | undefined; onProgress?: ((progress: string) => void) | undefined }

export const credentialsFor = (name: ImageName, credentials: readonly RegistryCredentials[] = []) =>
  credentials.find(({ host }) => host === name.registry)

/** Brings an image here that its registry gives only to who signs in, and answers with its id. */
export async function pullPrivate(
  docker: Dockerode,
  name: ImageName,
  credentials: RegistryCredentials,
  { signal, onProgress }: Options,
): Promise<string> {
  onProgress?.(`pulling from ${name.registry} as ${credentials.username}`)
  const stream = await startPull(docker, name, credentials, signal)
  const { failure } = await followTransfer(stream, { verb: 'pulling', signal, onProgress })
  if (failure) throw failureFromWords(name, failure)
  const spelled = name.digest ? withDigest(name, name.digest) : withTag(name)
  const found = await engineCall(`look at ${spelled}`, signal, () => docker.getImage(spelled).inspect())
  return found.Id
}

async function startPull(
  docker: Dockerode,
  name: ImageName,
  credentials: RegistryCredentials,
  abortSignal: AbortSignal | undefined,
) {
  try {
    const options = { fromImage: name.familiar, tag: name.digest ?? name.tag, abortSignal }
    return await docker.createImage(authConfigOf(credentials), options)
  } catch (error) {
    abortSignal?.throwIfAborted()
    const failure = registryFailure(name, error)
    if (failure.code !== 'image_denied') throw failure
    throw new PlatformError('image_denied', `${name.registry} does not give ${credentials.username} ${withTag(name)}`, {
      hint: 'Check that this user may pull it: berth registries test shows whether the password still works',
      cause: error,
    })
  }
}
