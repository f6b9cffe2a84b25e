import type { Detected, Recipe } from '../detection/recipe.ts'
import { type Stage, writeDockerfile } from './dockerfile-text.ts'
import { dotnetStages } from './dotnet-dockerfile.ts'
import { goStages } from './go-dockerfile.ts'
import { javaStages } from './java-dockerfile.ts'
import { nginxStage } from './nginx.ts'
import { nodeStages } from './node-dockerfile.ts'
import { phpStages } from './php-dockerfile.ts'
import { pythonStages } from './python-dockerfile.ts'
import { rubyStages } from './ruby-dockerfile.ts'
import { rustStages } from './rust-dockerfile.ts'

/** A Dockerfile to build with now, and to keep and change later. Every stage takes the arguments of these names. */
export function renderDockerfile(
  { reason, versions, recipe }: Detected,
  argumentNames: readonly string[] = [],
): string {
  const chosen = versions.map(({ of, version, from }) => `${of} ${version}: ${from}`)
  const lines = argumentNames.map((name) => `ARG ${name}`)
  return writeDockerfile([`This is ${reason}.`, ...chosen], stagesOf(recipe).map(withLines(lines)))
}

const withLines =
  (added: readonly string[]) =>
  ({ why, lines: [from, ...others] }: Stage): Stage => ({ why, lines: [from, ...added, ...others] })

function stagesOf(recipe: Recipe): Stage[] {
  switch (recipe.kind) {
    case 'node':
      return nodeStages(recipe)
    case 'python':
      return pythonStages(recipe)
    case 'go':
      return goStages(recipe)
    case 'java':
      return javaStages(recipe)
    case 'php':
      return phpStages(recipe)
    case 'ruby':
      return rubyStages(recipe)
    case 'rust':
      return rustStages(recipe)
    case 'dotnet':
      return dotnetStages(recipe)
    case 'static':
      return [nginxStage({ output: recipe.output, port: recipe.port, from: null })]
  }
}
