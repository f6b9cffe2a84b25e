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
export function layerUseOf({ layers }: Pick<ImageLayers, 'layers'>): LayerUse {
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
  function remove(path: string) {
    count(path, 0, true)
    hide(path)
  }

  const folders = new Set<string>()
  for (const [layer, { files }] of layers.entries()) {
    const { gone, set } = changesOf(files, folders)
    // Whatever their order in the layer: what deletes is about the layers below.
    for (const path of pathsIn(gone, seen)) remove(path)
    for (const file of set) {
      hide(file.path)
      seen.set(file.path, { file, layer, sizeBytes: file.sizeBytes })
      count(file.path, file.sizeBytes, false)
    }
  }
  return { ...totalsOf(uses, seen), wastedByLayer, seen }
}

type Gone = { paths: Set<string>; below: Set<string> }

/** What a layer takes away, and the files that it brings; `folders` are those of all layers so far. */
function changesOf(files: readonly LayerFile[], folders: Set<string>): { gone: Gone; set: LayerFile[] } {
  const gone: Gone = { paths: new Set(), below: new Set() }
  const set: LayerFile[] = []
  for (const file of files) {
    const { kind, path } = changeOf(file.path)
    if (kind !== 'set') gone.below.add(path)
    if (kind === 'delete') gone.paths.add(path)
    if (kind !== 'set') continue
    if (file.kind === 'folder') {
      // In place of a file of that name, if there was one.
      if (!folders.has(path)) gone.paths.add(path)
      folders.add(path)
      continue
    }
    // In place of a folder, with all that it held.
    if (folders.delete(path)) gone.below.add(path)
    set.push(file)
  }
  return { gone, set }
}

function pathsIn({ paths, below }: Gone, seen: LayerUse['seen']): string[] {
  const found = [...paths].filter((path) => seen.has(path))
  if (below.size === 0) return found
  for (const path of seen.keys()) if (!paths.has(path) && isBelow(path, below)) found.push(path)
  return found
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  if (folders.has('')) return true
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    if (folders.has(path.slice(0, at))) return true
  }
  return false
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
