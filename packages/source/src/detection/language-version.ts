import type { Look } from './look.ts'
import type { Version } from './recipe.ts'
import { isExactVersion, pickVersion } from './version-range.ts'

/** A version that something in the source asks for, as it is written there. */
export type VersionWish = { range: string; from: string }

export type Language = {
  of: string
  /** Those that the official images have, the one to take when nobody asks first. */
  known: readonly string[]
}

export type ChosenVersion = { version: Version; warnings: string[] }

/** The first wish that there is decides. */
export function chooseVersion({ of, known }: Language, wishes: readonly (VersionWish | undefined)[]): ChosenVersion {
  const [fallback = 'latest'] = known
  const wish = wishes.find((each) => each !== undefined)
  if (!wish) return { version: { of, version: fallback, from: 'nothing asks for another' }, warnings: [] }
  const { range, from } = wish
  const plain = range.trim().replace(/^[v=]+/, '')
  if (isExactVersion(plain)) return { version: { of, version: plain, from }, warnings: [] }
  const picked = pickVersion(range, known)
  if (picked) return { version: { of, version: picked, from }, warnings: [] }
  const named = /\d+(\.\d+)*/.exec(range)?.[0]
  const version = { of, version: named ?? fallback, from }
  return {
    version,
    warnings: [`${from} asks for ${of} "${range}", of which no image is known: ${version.version} is tried`],
  }
}

/** A file that holds nothing but a version. */
export async function wishOfFile(look: Look, path: string): Promise<VersionWish | undefined> {
  if (!look.has(path)) return undefined
  const [line = ''] = (await look.text(path)).split('\n').filter((each) => !each.startsWith('#'))
  const range = line.trim().replace(/^(ruby|python|node|go)-/, '')
  return range === '' ? undefined : { range, from: path }
}

/** The line of one tool in `.tool-versions` of asdf and mise. */
export async function wishOfTools(look: Look, tool: string): Promise<VersionWish | undefined> {
  if (!look.has('.tool-versions')) return undefined
  const found = (await look.text('.tool-versions')).split('\n').find((line) => line.startsWith(`${tool} `))
  const version = found?.split(/\s+/)[1]
  return version ? { range: version.replace(/^[a-z]+-/, ''), from: `${tool} in .tool-versions` } : undefined
}

export const wishOf = (range: string | undefined, from: string): VersionWish | undefined =>
  range ? { range, from } : undefined

/** The words of what is so. */
export const warnWhere = (...cases: readonly (readonly [boolean, string])[]): string[] =>
  cases.filter(([isSo]) => isSo).map(([, words]) => words)
