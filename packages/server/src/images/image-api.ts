import { type ImageLook, imageFaultCodes, inspectImage, PlatformError } from '@berth/contract'
import { handle } from '../http/endpoint-handler.ts'
import type { ImageLooks } from './image-looks.ts'

export const imageApi = ({ images }: { images: ImageLooks }) => [
  handle(inspectImage, async ({ query: { name }, signal }): Promise<ImageLook> => {
    try {
      return { state: 'found', image: await images.inspect(name, signal) }
    } catch (error) {
      return missing(error)
    }
  }),
]

/** Throws what is no word about the image. */
function missing(error: unknown): ImageLook {
  const code = error instanceof PlatformError ? imageFaultCodes.find((known) => known === error.code) : undefined
  if (!code || !(error instanceof PlatformError)) throw error
  return { state: 'missing', code, message: error.message, hint: error.hint ?? null }
}
