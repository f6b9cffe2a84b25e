import type Dockerode from 'dockerode'
import { findCall } from '../engine-failure.ts'

/** An image that a step of a build ended in. `isNew`: the build made it; otherwise it was there before. */
export type StepImage = { imageId: string; isNew: boolean }

/**
 * Looks at the image that a line of a build's output names. Any program in a build can print such a line, so that only
 * what was made since the build began is taken for the build's own.
 */
export async function lookAtStepImage(
  docker: Dockerode,
  shortId: string,
  { startedAtMs, signal }: { startedAtMs: number; signal: AbortSignal },
): Promise<StepImage | undefined> {
  const found = await findCall('look at a step of the build', signal, () => docker.getImage(shortId).inspect())
  if (!found?.Id.startsWith(`sha256:${shortId}`)) return undefined
  return { imageId: found.Id, isNew: Date.parse(found.Created) >= startedAtMs }
}
