import type { Recipe } from '../detection/recipe.ts'
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
const leftovers: Record<Recipe['kind'], readonly string[]> = {
  node: ['.next', '.nuxt', '.output', '.svelte-kit', 'coverage', 'npm-debug.log*'],
  python: ['**/__pycache__', '.venv', 'venv', '.pytest_cache', '.mypy_cache'],
  go: [],
  java: ['**/target', '**/build', '.gradle'],
  php: ['vendor'],
  ruby: ['.bundle', 'log', 'tmp', 'vendor/bundle'],
  rust: ['target'],
  dotnet: ['**/bin', '**/obj'],
  static: [],
}

/** Goes with the generated Dockerfile, before what the app has itself: the later line wins. */
export function renderDockerignore(recipe: Recipe, own = ''): string {
  const secrets = readsSettings(recipe) ? ['**/.env.local', '**/.env.*.local'] : ['**/.env', '**/.env.*']
  const lines = [...always, ...leftovers[recipe.kind], ...secrets]
  return `${lines.join('\n')}\n${own.trim() === '' ? '' : `\n${own.trim()}\n`}`
}
