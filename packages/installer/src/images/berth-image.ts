import { PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { followImageStream } from '../base-images/image-stream.ts'
import { buildStageRepository, edgeImage, imageRepository, publishedEdgeImage } from '../names.ts'
import { type BuildContext, dockerfilePath, packContext } from './build-context.ts'

type Report = (words: string) => void

export const berthImage = (context: BuildContext) => `${imageRepository}:${context.hash}`

/** Builds Berth's image unless the engine has the one of exactly these files. */
export async function ensureBerthImage(
  docker: Docker,
  context: BuildContext,
  report: Report,
): Promise<{ image: string; wasBuilt: boolean }> {
  const image = berthImage(context)
  if (await hasImage(docker, image)) return { image, wasBuilt: false }
  // Built by itself first: an update that leaves the dashboard as it is finds this stage in the engine's cache.
  await build({ t: `${buildStageRepository}:${context.hash}`, target: 'dashboard' })
  await build({ t: image })
  return { image, wasBuilt: true }

  async function build(options: { t: string; target?: string }) {
    try {
      const how = { ...options, dockerfile: dockerfilePath, forcerm: true }
      await followImageStream(docker, await docker.buildImage(packContext(context), how), report)
    } catch (cause) {
      throw new PlatformError('engine_failed', `Berth's image could not be built: ${(cause as Error).message}`, {
        cause,
      })
    }
  }
}

const mostPushes = 3

/**
 * Puts the image into Berth's registry, from where other machines take it. The server knows nothing of this push, and may have
 * the registry collected in the middle of it: what that took is sent again.
 */
export async function publishImage(docker: Docker, image: string, report: Report): Promise<void> {
  for (let pushes = 1; ; pushes++) {
    try {
      return await pushImage(docker, image, report)
    } catch (cause) {
      const reason = firstReason(cause as Error)
      if (!reason.includes('blob unknown') || pushes === mostPushes) throw notPublished(image, reason, cause)
      report(`${image}: again, as the registry was cleaned up meanwhile`)
    }
  }
}

async function pushImage(docker: Docker, image: string, report: Report): Promise<void> {
  // The engine insists on credentials, even where the registry asks for none.
  const stream = await docker.getImage(image).push({ authconfig: { username: '', password: '' } })
  await followImageStream(docker, stream, report)
}

/** The engine heads several with `errors:`, and has one for each layer. */
const firstReason = ({ message }: Error) => message.split('\n').find((line) => line !== 'errors:') ?? message

const notPublished = (image: string, reason: string, cause: unknown) =>
  new PlatformError('engine_failed', `${image} could not be put into Berth's registry: ${reason}`, {
    hint: 'Run it again: what the registry has already is not sent again',
    cause,
  })

/** Also the edge's: a machine that joins may be able to take images from nowhere else. */
export async function publishEdgeImage(docker: Docker, report: Report): Promise<void> {
  const published = publishedEdgeImage(edgeImage)
  const at = published.lastIndexOf(':')
  await docker.getImage(edgeImage).tag({ repo: published.slice(0, at), tag: published.slice(at + 1) })
  await publishImage(docker, published, report)
}

/** Removes images of earlier versions of Berth that nothing runs any more. */
export async function removeFormerImages(docker: Docker, current: string): Promise<string[]> {
  const images = await docker.listImages({ filters: { reference: [imageRepository, buildStageRepository] } })
  const currentVersion = current.slice(imageRepository.length)
  const former = images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => !tag.endsWith(currentVersion))
  const removed: string[] = []
  for (const tag of former) {
    const isGone = await docker
      .getImage(tag)
      .remove()
      .then(() => true, isStillInUse)
    if (isGone) removed.push(tag)
  }
  return removed
}

function isStillInUse(error: { statusCode?: number }): false {
  if (error.statusCode === 409) return false
  throw error
}

const hasImage = (docker: Docker, image: string) =>
  docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      (error: { statusCode?: number }) => {
        if (error.statusCode === 404) return false
        throw error
      },
    )
