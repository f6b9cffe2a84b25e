import { chooseVersion, warnWhere, wishOf, wishOfFile, wishOfTools } from './language-version.ts'
import type { Look } from './look.ts'
import { noStart } from './not-recognized.ts'
import type { Detected, RubyRecipe, Wanted } from './recipe.ts'
import { readProcfile, type Start } from './start-command.ts'

const ruby = { of: 'ruby', known: ['3.4', '4.0', '3.3', '3.2', '3.1'] }

/** A gemspec, gems by their path, and other files that the Gemfile reads. */
const readsSource = /^\s*(?:gemspec|eval_gemfile)\b|^\s*path\s+['"]|^\s*gem\s.*(?:\bpath:|:path\s*=>)/m

type Found = Start & { framework: string; port: number }

type HasGem = (name: string) => boolean

export async function detectRuby(look: Look, wanted: Wanted): Promise<Detected<RubyRecipe> | undefined> {
  if (!look.has('Gemfile')) return undefined
  const gemfile = await look.text('Gemfile')
  const has: HasGem = (name) => new RegExp(`^\\s*gem\\s+['"]${name}['"]`, 'm').test(gemfile)
  const found = await findStart(look, has, wanted.port)
  const start = wanted.startCommand ? { command: wanted.startCommand, from: 'config.json' } : found
  if (!start) throw noStart('Ruby', 'config/application.rb of Rails, config.ru, a Procfile, app.rb, main.rb, server.rb')
  const { version, warnings } = await chooseRuby(look, gemfile, wanted)
  const framework = found?.framework ?? ''
  return {
    reason: `Ruby ${framework}`.trim().concat(` (Gemfile), started by ${start.from}`),
    versions: [version],
    warnings: [...warnings, ...(await warnOfRuby(look, framework))],
    recipe: {
      kind: 'ruby',
      version: version.version,
      manifests: listManifests(look),
      needsSourceToInstall: readsSource.test(gemfile),
      ...partsOf(has, framework === 'Rails'),
      port: wanted.port ?? found?.port ?? 3000,
      startCommand: start.command,
    },
  }
}

function listManifests(look: Look): string[] {
  const files = ['Gemfile', 'Gemfile.lock', '.ruby-version', '.tool-versions'].filter(look.has)
  return look.find(/^vendor\/cache\//).length > 0 ? [...files, 'vendor/cache'] : files
}

async function warnOfRuby(look: Look, framework: string): Promise<string[]> {
  const lock = look.has('Gemfile.lock') ? await look.text('Gemfile.lock') : undefined
  return warnWhere(
    [lock === undefined, 'There is no Gemfile.lock: each build may get other versions of the gems'],
    [
      framework === 'Rails',
      'Rails needs SECRET_KEY_BASE, or RAILS_MASTER_KEY for its credentials: set it with "berth env"',
    ],
    [
      lock !== undefined && !knowsLinux(lock),
      'Gemfile.lock knows no gems for Linux: "bundle lock --add-platform x86_64-linux aarch64-linux" adds them',
    ],
  )
}

async function chooseRuby(look: Look, gemfile: string, wanted: Wanted) {
  const said = /^\s*ruby\s+((?:['"][^'"]+['"]\s*,?\s*)+)/m.exec(gemfile)?.[1]
  return chooseVersion(ruby, [
    wishOf(wanted.version, 'config.json'),
    wishOf(said?.replace(/['"]/g, '').replace(/[,\s]+$/, ''), 'ruby in Gemfile'),
    await wishOfFile(look, '.ruby-version'),
    await wishOfTools(look, 'ruby'),
  ])
}

function partsOf(has: HasGem, isRails: boolean) {
  const used = libraries.filter(({ gem }) => has(gem))
  const rails = { RAILS_ENV: 'production', RAILS_LOG_TO_STDOUT: '1', RAILS_SERVE_STATIC_FILES: '1' }
  return {
    precompilesAssets: isRails && (has('sprockets-rails') || has('propshaft')),
    buildPackages: ['build-essential', 'git', 'libyaml-dev', 'pkg-config', ...used.flatMap(({ build }) => build ?? [])],
    runPackages: used.map(({ run }) => run),
    environment: { RACK_ENV: 'production', ...(isRails ? rails : {}) },
  }
}

/** With "ruby" alone gems are compiled wherever they are installed. */
const knowsLinux = (lock: string) =>
  !/^PLATFORMS$/m.test(lock) || /^PLATFORMS\n(?: {2}.*\n)*? {2}(?:ruby|\S*linux\S*)$/m.test(lock)

const libraries: { gem: string; build?: string; run: string }[] = [
  { gem: 'pg', build: 'libpq-dev', run: 'libpq5' },
  { gem: 'mysql2', build: 'default-libmysqlclient-dev', run: 'libmariadb3' },
  { gem: 'sqlite3', build: 'libsqlite3-dev', run: 'libsqlite3-0' },
  // Looked for only when the first picture is made smaller.
  { gem: 'image_processing', run: 'libvips42' },
]

async function findStart(look: Look, has: HasGem, wantedPort?: number): Promise<Found | undefined> {
  const isRails = look.has('config/application.rb') && has('rails')
  const procfile = await readProcfile(look)
  const port = wantedPort ?? (isRails ? 3000 : 9292)
  if (procfile) return { ...procfile, framework: isRails ? 'Rails' : '', port }
  const rails = ['bundle', 'exec', 'rails', 'server', '-b', '0.0.0.0']
  if (isRails) return { command: rails, from: 'config/application.rb', framework: 'Rails', port }
  // Neither of the two hears PORT by itself.
  const rack = [...(has('puma') ? ['puma'] : ['rackup', '--host', '0.0.0.0']), '--port', `${port}`]
  if (look.has('config.ru')) return { command: ['bundle', 'exec', ...rack], from: 'config.ru', framework: 'Rack', port }
  const script = look.firstOf(['app.rb', 'main.rb', 'server.rb'])
  const sinatra = has('sinatra') ? { framework: 'Sinatra', port: 4567 } : { framework: '', port }
  return script ? { command: ['bundle', 'exec', 'ruby', script], from: script, ...sinatra } : undefined
}
