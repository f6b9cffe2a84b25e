import type { Look } from './look.ts'
import type { Detected, StaticRecipe, Wanted } from './recipe.ts'

const folders = ['', 'public', 'dist', 'build', 'site', '_site', 'www', 'docs', 'html', 'htdocs']
const defaultPort = 8080

export async function detectStatic(look: Look, wanted: Wanted): Promise<Detected<StaticRecipe> | undefined> {
  const folder = folders.find((each) => look.has(each === '' ? 'index.html' : `${each}/index.html`))
  if (folder === undefined && !wanted.isGiven) return undefined
  const place = folder ?? ''
  return {
    reason: `a static site (${place === '' ? '' : `${place}/`}index.html), served by nginx`,
    versions: [],
    warnings: [],
    recipe: {
      kind: 'static',
      output: { folder: place === '' ? '.' : place, isSinglePage: false },
      port: wanted.port ?? defaultPort,
      startCommand: ['nginx', '-g', 'daemon off;'],
      environment: {},
    },
  }
}
