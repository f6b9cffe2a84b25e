import type { BigIntStats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

export type FolderFile = { path: string; sizeBytes: number; changedAtNs: bigint }

/** The plain files in a folder, by path. One that goes away meanwhile is left out. */
export async function listFolder(folder: string): Promise<FolderFile[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = await Promise.all(
    found
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        const stats = await lstat(path, { bigint: true }).catch(undefinedIfMissing)
        return stats && toFile(relative(folder, path), stats)
      }),
  )
  return files.filter((file) => file !== undefined).toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

const toFile = (path: string, { size, mtimeNs }: BigIntStats): FolderFile => ({
  path,
  sizeBytes: Number(size),
  changedAtNs: mtimeNs,
})

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
