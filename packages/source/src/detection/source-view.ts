import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** All that detection may know of a source: the paths of its files, and the beginning of each. */
export type SourceView = {
  list(): Promise<readonly string[]>
  /** As text, at most so many bytes of it; undefined where there is no such file. */
  read(path: string, maxBytes: number): Promise<string | undefined>
}

/** Of what nothing is learned about an app, and of what there is much. */
const passedOver = new Set(['.git', '.hg', '.svn', '.venv', '__pycache__', 'node_modules'])

export function folderView(folder: string): SourceView {
  async function listBelow(path: string): Promise<string[]> {
    const found = await readdir(join(folder, path), { withFileTypes: true })
    const lists = found.map(async (entry) => {
      const child = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isFile()) return [child]
      return entry.isDirectory() && !passedOver.has(entry.name) ? listBelow(child) : []
    })
    return (await Promise.all(lists)).flat()
  }
  return { list: () => listBelow(''), read: (path, maxBytes) => readStart(join(folder, path), maxBytes) }
}

async function readStart(path: string, maxBytes: number): Promise<string | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0)
      return buffer.subarray(0, bytesRead).toString('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

export const memoryView = (files: Readonly<Record<string, string>>): SourceView => ({
  list: async () => Object.keys(files),
  read: async (path, maxBytes) => (Object.hasOwn(files, path) ? files[path]?.slice(0, maxBytes) : undefined),
})
