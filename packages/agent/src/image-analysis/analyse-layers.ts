import type { DuplicateFile, ImageAnalysis, LargeFile } from '@berth/contract'
import { smallerBaseOf } from './base-image.ts'
import { adviseOn } from './image-advice.ts'
import type { ImageLayers } from './image-layers.ts'
import { type LayerUse, layerUseOf } from './layer-use.ts'
import { leftoversIn } from './leftovers-in-image.ts'

const mostListed = 50
const mostPathsOfDuplicate = 10
/** A heredoc is one instruction, and may be a whole program. */
const longestCommand = 2_000

/** Everything that there is to say of an image, from its layers alone. */
export function analyseLayers(image: string, layers: ImageLayers): ImageAnalysis {
  const use = layerUseOf(layers)
  const sizes = layers.layers.map(({ files }) => files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
  const sizeBytes = sizes.reduce((sum, size) => sum + size, 0)
  const duplicates = duplicatesIn(use.seen)
  const leftovers = leftoversIn(use.seen)
  const { efficiency, wastedBytes, wastedFiles } = use
  const duplicateBytes = duplicates.reduce((sum, duplicate) => sum + duplicate.wastedBytes, 0)
  const smallerBase = smallerBaseOf(layers, use.seen)
  return {
    image,
    sizeBytes,
    layers: layers.layers.map(({ command, files }, i) => ({
      command: readableCommand(command).slice(0, longestCommand),
      sizeBytes: sizes[i] ?? 0,
      files: files.filter(({ kind }) => kind !== 'folder').length,
      wastedBytes: use.wastedByLayer[i] ?? 0,
    })),
    ...{ efficiency, wastedBytes, wastedFiles: wastedFiles.slice(0, mostListed) },
    largestFiles: largestIn(use.seen),
    duplicates: duplicates.slice(0, mostListed),
    leftovers,
    advice: adviseOn({ leftovers, wastedFiles, wastedBytes, duplicateBytes, smallerBase }),
    user: layers.user,
    createdAt: layers.createdAt,
  }
}

function largestIn(seen: LayerUse['seen']): LargeFile[] {
  return [...seen]
    .map(([path, { sizeBytes, layer }]) => ({ path, sizeBytes, layer }))
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, mostListed)
}

function duplicatesIn(seen: LayerUse['seen']): DuplicateFile[] {
  const byContent = Map.groupBy(
    [...seen].filter(([, { file }]) => file.hash !== undefined),
    ([, { file }]) => file.hash,
  )
  return [...byContent.values()]
    .filter((copies) => copies.length > 1)
    .map((copies) => {
      const sizeBytes = copies[0]?.[1].sizeBytes ?? 0
      const paths = copies.map(([path]) => path).toSorted()
      return {
        ...{ sizeBytes, copies: copies.length, paths: paths.slice(0, mostPathsOfDuplicate) },
        wastedBytes: sizeBytes * (copies.length - 1),
      }
    })
    .toSorted((a, b) => b.wastedBytes - a.wastedBytes)
}

/** "/bin/sh -c #(nop)  CMD ["bash"]" -> "CMD ["bash"]", "/bin/sh -c make" -> "RUN make"; BuildKit's words as they are. */
export function readableCommand(command: string): string {
  const text = command.replaceAll(/\s+/g, ' ').trim()
  const [, instruction] = /^\/bin\/sh -c #\(nop\) (.*)$/.exec(text) ?? []
  if (instruction) return instruction.trim()
  const [, words] = /^(?:\|\d+ .*?)?\/bin\/sh -c (.*)$/.exec(text) ?? []
  return words ? `RUN ${words}` : text.replace(/ # buildkit$/, '')
}
