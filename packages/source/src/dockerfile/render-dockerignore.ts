import type { JavaRecipe, Recipe } from '../detection/recipe.ts'
import { readsSettings } from '../detection/settings-files.ts'

const always = [
  '.git',
  '.gitignore',
  '.dockerignore',
  'Dockerfile',
  '**/Dockerfile.berth',
  '**/.DS_Store',
  '**/node_modules',
]

/** What the app's own tools leave behind and the image makes anew. */
const leftovers: Record<Exclude<Recipe['kind'], 'php' | 'java'>, readonly string[]> = {
  node: ['.next', '.nuxt', '.output', '.svelte-kit', 'coverage', 'npm-debug.log*'],
  python: ['**/__pycache__', '.venv', 'venv', '.pytest_cache', '.mypy_cache'],
  go: [],
  ruby: ['.bundle', 'log', 'tmp', 'vendor/bundle'],
  rust: ['target'],
  dotnet: ['**/bin', '**/obj'],
  static: [],
}

function leftoversOf(recipe: Recipe): readonly string[] {
  if (recipe.kind === 'java') return leftoversOfJava(recipe)
  if (recipe.kind !== 'php') return leftovers[recipe.kind]
  // Without Composer nothing makes the packages anew.
  return recipe.manifests.length > 0 ? ['vendor'] : []
}

/** Beside each build file alone: a package of the sources may be called "build" too. */
function leftoversOfJava({ manifests }: JavaRecipe): string[] {
  const folders = manifests.flatMap(
    (path) => /^(.*\/)?(?:pom\.xml|build\.gradle(?:\.kts)?)$/.exec(path)?.slice(1) ?? [],
  )
  return ['.gradle', ...folders.flatMap((folder = '') => [`${folder}target`, `${folder}build`])]
}

/** Goes with the generated Dockerfile, before what the app has itself: the later line wins. */
export function renderDockerignore(recipe: Recipe, own = ''): string {
  const secrets = readsSettings(recipe) ? ['**/.env.local', '**/.env.*.local'] : ['**/.env', '**/.env.*']
  const lines = [...always, ...leftoversOf(recipe), ...secrets]
  return `${lines.join('\n')}\n${own.trim() === '' ? '' : `\n${own.trim()}\n`}`
}
