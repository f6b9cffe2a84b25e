import { chooseVersion, warnWhere, wishOf, wishOfFile, wishOfTools } from './language-version.ts'
import { dig, digText, type Json, type Look } from './look.ts'
import { listExtensions, listMissingExtensions } from './php-extensions.ts'
import type { Detected, PhpRecipe, Wanted } from './recipe.ts'

const php = { of: 'php', known: ['8.4', '8.5', '8.3', '8.2', '8.1'] }
const defaultPort = 8080

export async function detectPhp(look: Look, wanted: Wanted): Promise<Detected<PhpRecipe> | undefined> {
  const hasComposer = look.has('composer.json')
  if (!hasComposer && !look.has('index.php') && !look.has('public/index.php') && !wanted.isGiven) return undefined
  const manifest = hasComposer ? await look.json('composer.json') : {}
  const { version, warnings } = await choosePhp(look, manifest, wanted)
  const isLaravel = look.has('artisan') && digText(manifest, 'require', 'laravel/framework') !== undefined
  const recipe = recipeOf({ look, manifest, wanted, isLaravel, version: version.version })
  const what = `PHP${isLaravel ? ' Laravel' : ''} (${hasComposer ? 'composer.json' : 'index.php'})`
  return {
    reason: `${what}, served by Apache from ${recipe.documentRoot || 'its root'}`,
    versions: [version],
    warnings: [...warnings, ...warnOfPhp(look, manifest, isLaravel)],
    recipe,
  }
}

function warnOfPhp(look: Look, manifest: Json, isLaravel: boolean): string[] {
  const isOpen = look.has('composer.json') && !look.has('composer.lock')
  const missing = listMissingExtensions(manifest)
  return warnWhere(
    [isOpen, 'There is no composer.lock: each build may get other versions'],
    [isLaravel, 'Laravel needs APP_KEY: set it with "berth env"'],
    [missing.length > 0, `composer.json asks for ${missing.join(', ')}, which the image will not have`],
  )
}

async function choosePhp(look: Look, manifest: Json, wanted: Wanted) {
  return chooseVersion(php, [
    wishOf(wanted.version, 'config.json'),
    wishOf(digText(manifest, 'config', 'platform', 'php'), 'config.platform in composer.json'),
    wishOf(digText(manifest, 'require', 'php'), 'php in composer.json'),
    await wishOfFile(look, '.php-version'),
    await wishOfTools(look, 'php'),
  ])
}

type Facts = { look: Look; manifest: Json; wanted: Wanted; isLaravel: boolean; version: string }

const recipeOf = ({ look, manifest, wanted, isLaravel, version }: Facts): PhpRecipe => ({
  kind: 'php',
  version,
  manifests: look.has('composer.json') ? ['composer.json', 'composer.lock', 'symfony.lock'].filter(look.has) : [],
  documentRoot: ['public', 'web', 'webroot', 'htdocs'].find((folder) => look.has(`${folder}/index.php`)) ?? '',
  extensions: listExtensions(manifest, isLaravel),
  isLaravel,
  isSymfony: isSymfony(manifest),
  needsSourceToInstall: hasPathRepository(manifest),
  hasAssets: isLaravel && look.has('package.json') && look.find(/^vite\.config\./).length > 0,
  port: wanted.port ?? defaultPort,
  startCommand: wanted.startCommand ?? ['apache2-foreground'],
  // Laravel keeps its log in a file of the instance unless it is told otherwise.
  environment: isSymfony(manifest) ? { APP_ENV: 'prod' } : isLaravel ? { LOG_CHANNEL: 'stderr' } : {},
})

/** Its development packages are not installed, which it looks for in any other environment. */
const isSymfony = (manifest: Json) => digText(manifest, 'require', 'symfony/framework-bundle') !== undefined

/** Packages that lie in the source itself. */
function hasPathRepository(manifest: Json): boolean {
  const said = dig(manifest, 'repositories')
  return Object.values(said ?? {}).some((repository) => dig(repository, 'type') === 'path')
}
