import type { MachineEngine } from '@berth/engine'
import type { Log } from '../log.ts'

/** As `publish` of the engine names an image while it is pushed: by its own id. */
const publishTag = /^127\.0\.0\.1:5000\/[^:@]+:([0-9a-f]{12})$/

/** Nobody else's: what is published again while a container runs from it keeps this name. */
export const isPublishTag = (tag: string, imageId: string): boolean => {
  const shortId = publishTag.exec(tag)?.[1]
  return shortId !== undefined && imageId.startsWith(`sha256:${shortId}`)
}

type Deps = { engine: Pick<MachineEngine, 'listImages' | 'removeImage'>; log: Log }

/** Names that an agent before this one did not live to take away again. Only when nothing is being pushed. */
export async function sweepPublishTags({ engine, log }: Deps, signal: AbortSignal): Promise<void> {
  try {
    for (const { imageId, tags } of await engine.listImages(signal)) {
      for (const tag of tags) if (isPublishTag(tag, imageId)) await engine.removeImage(tag, signal)
    }
  } catch (error) {
    if (!signal.aborted) log.warn('publish_tags_not_swept', { error })
  }
}
