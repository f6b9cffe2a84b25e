import type { WastedFile } from '@berth/contract'
import { changeOf, type ImageLayers, type LayerFile } from './image-layers.ts'

type Held = { sizeBytes: number; layer: number }

type PathUse = {
  layers: number
  cumulativeBytes: number
  smallestBytes: number
  isDeleted: boolean
}

export type LayerUse = {
  /** Of dive; see ImageAnalysis. */
  efficiency: number
  wastedBytes: number
  /** Largest first. */
  wastedFiles: WastedFile[]
  /** By layer, oldest first. */
  wastedByLayer: number[]
  /** What is seen in the end, by path. */
  seen: Map<string, Held & { file: LayerFile }>
}

/** Stacks the layers as the engine does, and counts what each path costs beyond what is seen of it. */
export function layerUseOf({ layers }: ImageLayers): LayerUse {
  const uses = new Map<string, PathUse>()
  const seen: LayerUse['seen'] = new Map()
  const wastedByLayer = layers.map(() => 0)

  function count(path: string, sizeBytes: number, isDeleted: boolean) {
    const use = uses.get(path) ?? { layers: 0, cumulativeBytes: 0, smallestBytes: Number.POSITIVE_INFINITY, isDeleted }
    use.layers += 1
    use.cumulativeBytes += sizeBytes
    use.smallestBytes = Math.min(use.smallestBytes, sizeBytes)
    use.isDeleted = isDeleted
    uses.set(path, use)
  }
  function hide(path: string) {
    const held = seen.get(path)
    if (!held) return
    wastedByLayer[held.layer] = (wastedByLayer[held.layer] ?? 0) + held.sizeBytes
    seen.delete(path)
  }
  function hideBelow(folder: string, before: number) {
    const prefix = folder === '' ? '' : `${folder}/`
    for (const [path, { layer }] of seen) {
      if (layer >= before || !path.startsWith(prefix)) continue
      count(path, 0, true)
      hide(path)
    }
  }

  for (const [layer, { files }] of layers.entries()) {
    for (const file of files) {
      const change = changeOf(file.path)
      if (change.kind === 'set') {
        if (file.kind === 'folder') continue
        hide(file.path)
        seen.set(file.path, { file, layer, sizeBytes: file.sizeBytes })
        count(file.path, file.sizeBytes, false)
        continue
      }
      // A deleted path that is no file that is seen is a folder: all that it holds goes with it.
      if (change.kind === 'empty' || !seen.has(change.path)) hideBelow(change.path, layer)
      else {
        count(change.path, 0, true)
        hide(change.path)
      }
    }
  }
  return { ...totalsOf(uses, seen), wastedByLayer, seen }
}

function totalsOf(uses: ReadonlyMap<string, PathUse>, seen: LayerUse['seen']) {
  let [smallest, all, wastedBytes] = [0, 0, 0]
  const wastedFiles: WastedFile[] = []
  for (const [path, use] of uses) {
    const { layers, cumulativeBytes, smallestBytes, isDeleted } = use
    smallest += smallestBytes
    all += cumulativeBytes
    const beyond = cumulativeBytes - (seen.get(path)?.sizeBytes ?? 0)
    wastedBytes += beyond
    if (layers > 1 && beyond > 0) wastedFiles.push({ path, layers, isDeleted, wastedBytes: beyond })
  }
  wastedFiles.sort((a, b) => b.wastedBytes - a.wastedBytes)
  return { efficiency: all === 0 ? 1 : smallest / all, wastedBytes, wastedFiles }
}
