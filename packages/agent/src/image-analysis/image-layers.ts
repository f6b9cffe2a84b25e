/** One path of one layer. */
export type LayerFile = {
  /** Without a leading slash. */
  path: string
  kind: 'file' | 'folder' | 'other'
  sizeBytes: number
  /** Of the content; only of files that are worth comparing. */
  hash?: string | undefined
}

export type ImageLayer = {
  command: string
  files: LayerFile[]
}

/** An image as its layers are, oldest first. */
export type ImageLayers = {
  layers: ImageLayer[]
  /** All that made it, oldest first, also those that made no layer. */
  instructions: { command: string; isEmpty: boolean }[]
  /** Of its environment; the values are none of ours. */
  envNames: string[]
  user: string | null
  createdAt: string | null
}

const whiteoutPrefix = '.wh.'
const opaqueName = '.wh..wh..opq'

/** What a path in a layer does to the layers below: adds or replaces, deletes a path, or empties a folder. */
export type Change = { kind: 'set'; path: string } | { kind: 'delete'; path: string } | { kind: 'empty'; path: string }

export function changeOf(path: string): Change {
  const at = path.lastIndexOf('/') + 1
  const [folder, name] = [path.slice(0, at), path.slice(at)]
  if (name === opaqueName) return { kind: 'empty', path: folder.replace(/\/$/, '') }
  if (name.startsWith(whiteoutPrefix)) return { kind: 'delete', path: folder + name.slice(whiteoutPrefix.length) }
  return { kind: 'set', path }
}
