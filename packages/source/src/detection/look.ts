import { PlatformError } from '@berth/contract'
import { parse as parseToml } from 'smol-toml'
import type { SourceView } from './source-view.ts'

const longestReadBytes = 512 * 1024

export type Json = { [key: string]: unknown }

/** One service's part of a source, with what every detector asks of it. Paths are relative to its folder. */
export type Look = {
  /** Those nearest to the root first. */
  files: readonly string[]
  has(path: string): boolean
  firstOf(paths: readonly string[]): string | undefined
  find(pattern: RegExp): string[]
  text(path: string): Promise<string>
  json(path: string): Promise<Json>
  toml(path: string): Promise<Json>
}

const depthOf = (path: string) => path.split('/').length

export async function lookAt(view: SourceView, folder = ''): Promise<Look> {
  const prefix = folder === '' ? '' : `${folder}/`
  const files = (await view.list())
    .filter((path) => path.startsWith(prefix) && !/(^|\/)node_modules\//.test(path))
    .map((path) => path.slice(prefix.length))
    .sort((one, other) => depthOf(one) - depthOf(other) || (one < other ? -1 : 1))
  const known = new Set(files)
  const text = async (path: string) =>
    ((await view.read(`${prefix}${path}`, longestReadBytes)) ?? '').replace(/^\ufeff/, '')

  return {
    files,
    has: (path) => known.has(path),
    firstOf: (paths) => paths.find((path) => known.has(path)),
    find: (pattern) => files.filter((path) => pattern.test(path)),
    text,
    json: async (path) => parseWith(JSON.parse, path, await text(path)),
    toml: async (path) => parseWith(parseToml, path, await text(path)),
  }
}

function parseWith(parse: (text: string) => unknown, path: string, text: string): Json {
  try {
    const value = parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
    throw new TypeError('it holds no object')
  } catch (cause) {
    const words = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    throw new PlatformError('source_invalid', `${path} cannot be read: ${words}`, {
      hint: `Correct ${path} and deploy again`,
      cause,
    })
  }
}

/** What is at the end of a path of keys, as far as it is there. */
export function dig(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((found, key) => (found as Json | undefined | null)?.[key], value)
}

export function digText(value: unknown, ...keys: string[]): string | undefined {
  const found = dig(value, ...keys)
  return typeof found === 'string' && found.trim() !== '' ? found.trim() : undefined
}

export const digNames = (value: unknown, ...keys: string[]): string[] => {
  const found = dig(value, ...keys)
  return typeof found === 'object' && found !== null ? Object.keys(found) : []
}

export const digTexts = (value: unknown, ...keys: string[]): string[] => {
  const found = dig(value, ...keys)
  return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : []
}
