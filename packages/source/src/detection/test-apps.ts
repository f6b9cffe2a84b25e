import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectSource } from './detect-source.ts'
import type { Recipe } from './recipe.ts'
import { memoryView } from './source-view.ts'

export type Files = Record<string, string>
export const json = (value: unknown) => JSON.stringify(value)

async function detect(files: Files) {
  const { services } = await detectSource(memoryView(files))
  const [service] = services
  assert.ok(service?.build.kind === 'recipe')
  return { ...service, recipe: service.build.detected.recipe }
}

/** What a table of apps says of each: only what is named is looked at. */
type Expected = {
  kind: Recipe['kind']
  start?: string
  port?: number
  version?: string
  words?: RegExp
  recipe?: object
  warning?: RegExp
}

type App = [what: string, files: Files, expected: Expected]

export function testApps(apps: readonly App[]): void {
  for (const [what, files, expected] of apps) {
    test(`knows ${what}`, async () => {
      const { kind, startCommand, port, versions, reason, warnings, recipe } = await detect(files)
      assert.equal(kind, expected.kind)
      if (expected.start !== undefined) assert.equal(startCommand.join(' '), expected.start)
      if (expected.port !== undefined) assert.equal(port, expected.port)
      if (expected.version !== undefined) assert.equal(versions[0]?.version, expected.version)
      if (expected.words) assert.match(reason, expected.words)
      if (expected.warning) assert.match(warnings.join('\n'), expected.warning)
      if (expected.recipe) assert.partialDeepStrictEqual(recipe, expected.recipe)
    })
  }
}
