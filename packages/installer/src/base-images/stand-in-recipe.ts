import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** On every stand-in: the recipe that it was made by, so that one made by an older recipe is made anew. */
export const standInLabel = 'berth.standin'
export const nodeVersion = '26.10.0'
export const npmVersion = '11.21.2'

const dockerfilesDir = resolve(import.meta.dirname, '../../../../deploy/base-images')

/** What Docker shall build, as Dockerfile and context. */
export const recipeFolder = (name: string): string => join(dockerfilesDir, name.replace(':', '-'))

/** Of all that decides what the stand-in of this name becomes, but for what the package archives hold. */
export async function recipeOf(name: string): Promise<string> {
  const hash = createHash('sha256').update(`${name} ${nodeVersion} ${npmVersion}`)
  const entries = await readdir(recipeFolder(name), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const file of files.toSorted())
    hash.update(`\0${file.slice(dockerfilesDir.length)}\0`).update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}
