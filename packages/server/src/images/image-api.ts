import { inspectImage } from '@berth/contract'
import { handle } from '../http/endpoint-handler.ts'
import type { ImageLooks } from './image-looks.ts'

export const imageApi = ({ images }: { images: ImageLooks }) => [
  handle(inspectImage, ({ query: { name }, signal }) => images.inspect(name, signal)),
]
