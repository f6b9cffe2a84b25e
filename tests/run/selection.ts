import { readFileSync } from 'node:fs'
import { inStartOrder } from './slow-files.ts'

/** What a test file needs beside Node; `platform`: a browser, on a platform on an engine. */
export type Need = 'nothing' | 'postgres' | 'browser' | 'platform' | 'engine'

export type Selection = {
  files: Record<Need, string[]>
  /** Only tests whose name matches; undefined for all of them. */
  namePattern: string | undefined
}

export function needOf(file: string): Need {
  if (file.endsWith('.postgres.test.ts')) return 'postgres'
  if (file.endsWith('.browser.test.ts')) return 'browser'
  if (file.endsWith('.docker.test.ts')) return 'engine'
  if (file.includes('/e2e/')) return 'platform'
  return 'nothing'
}

/** By file where a part of its path was given, or else by the names of tests. */
export function selectTests(
  files: readonly string[],
  pattern: string | undefined,
  read: (file: string) => string = (file) => readFileSync(file, 'utf8'),
): Selection {
  if (pattern === undefined) return { files: byNeed(files), namePattern: undefined }
  const path = pattern.replace(/^\.\//, '')
  const byPath = files.filter((file) => file.includes(path))
  if (byPath.length > 0) return { files: byNeed(byPath), namePattern: undefined }
  return { files: byNeed(files.filter((file) => read(file).includes(pattern))), namePattern: escapeRegExp(pattern) }
}

function byNeed(files: readonly string[]): Record<Need, string[]> {
  const groups = Object.groupBy(inStartOrder(files), needOf)
  return { nothing: [], postgres: [], browser: [], platform: [], engine: [], ...groups }
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
