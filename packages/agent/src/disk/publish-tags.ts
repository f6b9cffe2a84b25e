import type { MachineEngine } from '@berth/engine'
import type { Log } from '../log.ts'

/** As `publish` of the engine names an image while it is pushed: by its own id. */
const publishTag = /^127\.0\.0\.1:5000\/[^:@]+:([0-9a-f]{12})$/

type Deps = { engine: Pick<MachineEngine, 'listImages' | 'removeImage'>; log: Log }

/** Names that an agent before this one did not live to take away again. Only when nothing is being pushed. */
export async function sweepPublishTags({ engine, log }: Deps, signal: AbortSignal): Promise<void> {
  try {
    for (const { imageId, tags } of await engine.listImages(signal)) {
      for (const tag of tags) {
        const [, shortId] = publishTag.exec(tag) ?? []
        if (shortId && imageId.startsWith(`sha256:${shortId}`)) await engine.removeImage(tag, signal)
      }
    }
  } catch (error) {
    if (!signal.aborted) log.warn('publish_tags_not_swept', { error })
  }
}
