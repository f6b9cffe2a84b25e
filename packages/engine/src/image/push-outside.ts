import type { RegistryCredentials } from '@berth/contract'
import type Dockerode from 'dockerode'
import { engineCall, engineFailure, engineStatus, engineWords, findCall } from '../engine-failure.ts'
import type { BuildRefusal } from './build-failure.ts'
import { type ImageName, withTag } from './image-name.ts'
import { credentialsFor } from './pull-private.ts'
import { pushRefusal } from './push-refusal.ts'
import { authConfigOf, noCredentials } from './registry-sign-in.ts'
import { removeName } from './remove-name.ts'
import { followTransfer } from './transfer.ts'

/** `to`: with host and tag. */
export type OutsidePush = { to: string; credentials: readonly RegistryCredentials[] }
export type PushOutcome = { digest: string } | { refusal: BuildRefusal }

type Options = { signal: AbortSignal; onProgress?: ((progress: string) => void) | undefined }

/** Pushes what has this name on the machine to the name's registry. */
export async function pushOutside(
  docker: Dockerode,
  name: ImageName,
  credentials: readonly RegistryCredentials[],
  { signal, onProgress }: Options,
): Promise<PushOutcome> {
  const found = credentialsFor(name, credentials)
  onProgress?.(`pushing to ${name.registry}${found ? ` as ${found.username}` : ''}`)
  const pushed = await push(docker, name, found, { signal, onProgress })
  return 'digest' in pushed ? pushed : { refusal: pushRefusal(name, found?.username, pushed.words) }
}

async function push(
  docker: Dockerode,
  name: ImageName,
  credentials: RegistryCredentials | undefined,
  { signal, onProgress }: Options,
): Promise<{ digest: string } | { words: string }> {
  const authconfig = credentials ? authConfigOf(credentials) : noCredentials
  const options = { tag: name.tag, authconfig, abortSignal: signal }
  let digest: string | undefined
  const verb = `pushing to ${name.registry}:`
  const onEvent = ({ aux }: { aux?: { Digest?: string } }) => {
    digest = aux?.Digest ?? digest
  }
  try {
    const stream = await docker.getImage(name.familiar).push(options)
    const { failure } = await followTransfer(stream, { verb, signal, onProgress, onEvent })
    if (!failure && digest) return { digest }
    return { words: failure ?? 'it gave no digest' }
  } catch (error) {
    signal.throwIfAborted()
    // Without a status the engine itself did not answer: that is no registry's fault.
    if (engineStatus(error) === undefined) throw engineFailure(`push ${withTag(name)}`, error)
    return { words: engineWords(error) }
  }
}

/** Does `work` while the image has this name, too. Then the machine has the name for what it had it for before. */
export async function underName<Result>(
  docker: Dockerode,
  { imageId, name, signal }: { imageId: string; name: ImageName; signal: AbortSignal },
  work: () => Promise<Result>,
): Promise<Result> {
  const spelled = withTag(name)
  const before = (await lookAt(docker, spelled, signal))?.Id
  if (before === imageId) return work()
  try {
    await engineCall(`name the image ${spelled}`, signal, () =>
      docker.getImage(imageId).tag({ repo: name.familiar, tag: name.tag, abortSignal: signal }),
    )
    return await work()
  } finally {
    await giveBack(docker, { imageId, name, before })
  }
}

/** Also when the work failed or was aborted, hence without its signal. What a person named meanwhile stays. */
async function giveBack(
  docker: Dockerode,
  { imageId, name, before }: { imageId: string; name: ImageName; before: string | undefined },
) {
  const spelled = withTag(name)
  if ((await lookAt(docker, spelled))?.Id !== imageId) return
  await removeName(docker, spelled)
  if (before === undefined) return
  await findCall(`give the name ${spelled} back`, undefined, () =>
    docker.getImage(before).tag({ repo: name.familiar, tag: name.tag }),
  )
}

const lookAt = (docker: Dockerode, spelled: string, signal?: AbortSignal) =>
  findCall(`look for ${spelled}`, signal, () => docker.getImage(spelled).inspect())
