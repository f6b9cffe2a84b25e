import { chooseVersion, wishOf, wishOfFile, wishOfTools } from './language-version.ts'
import { digNames, digText, type Json, type Look } from './look.ts'
import { type Framework, findFramework, serverLibraries } from './node-framework.ts'
import { dependencyNames, listBuildPackages, readInstalling } from './node-packages.ts'
import { findNodePort, findNodeStart } from './node-start.ts'
import { noStart } from './not-recognized.ts'
import type { Detected, NodeRecipe, PackageManager, Wanted } from './recipe.ts'
import type { Start } from './start-command.ts'

const node = { of: 'node', known: ['26', '25', '24', '22', '20', '18'] }
const longTermNames: Record<string, string> = { hydrogen: '18', iron: '20', jod: '22', krypton: '24' }
const defaultPort = 3000
const staticPort = 8080

export async function detectNode(look: Look, wanted: Wanted): Promise<Detected<NodeRecipe> | undefined> {
  if (!look.has('package.json') && !wanted.isGiven) return undefined
  const manifest = look.has('package.json') ? await look.json('package.json') : {}
  const names = dependencyNames(manifest)
  const framework = await findFramework(look, manifest, names)
  const installing = await readInstalling(look, manifest)
  const { version, warnings } = await chooseNode(look, manifest, wanted)
  const running = await planRunning({ look, manifest, framework, wanted, packageManager: installing.packageManager })
  const recipe: NodeRecipe = {
    kind: 'node',
    version: version.version,
    packageManager: installing.packageManager,
    manifests: look.has('package.json') ? installing.manifests : [],
    needsSourceToInstall: installing.needsSourceToInstall,
    buildCommand: buildCommandOf(manifest, framework, installing.packageManager),
    keepsDevelopmentPackages: running.startsBy !== undefined,
    buildPackages: listBuildPackages(manifest),
    ...running.parts,
  }
  const kept = running.startsBy
    ? [`It is started by ${running.startsBy}, a development package: all of them are kept`]
    : []
  return {
    reason: describe(framework, names, { from: running.from, recipe }),
    versions: [version],
    warnings: [...warnings, ...installing.warnings, ...kept, ...(framework?.warning ? [framework.warning] : [])],
    recipe,
  }
}

async function chooseNode(look: Look, manifest: Json, wanted: Wanted) {
  return chooseVersion(node, [
    wishOf(wanted.version, 'config.json'),
    wishOf(digText(manifest, 'engines', 'node'), 'engines.node in package.json'),
    translateAlias(await wishOfFile(look, '.nvmrc')),
    translateAlias(await wishOfFile(look, '.node-version')),
    await wishOfTools(look, 'nodejs'),
    wishOf(digText(manifest, 'volta', 'node'), 'volta in package.json'),
  ])
}

/** "lts/jod" and "latest" are names that only version managers know. */
function translateAlias(wish: { range: string; from: string } | undefined) {
  if (!wish || !/^[a-z]/i.test(wish.range) || /^v\d/.test(wish.range)) return wish
  return { ...wish, range: longTermNames[wish.range.replace('lts/', '').toLowerCase()] ?? '*' }
}

type RunningFacts = {
  look: Look
  manifest: Json
  framework: Framework | undefined
  wanted: Wanted
  packageManager: PackageManager
}

type Parts = Pick<NodeRecipe, 'port' | 'startCommand' | 'environment' | 'staticOutput' | 'serverOutput'>
type Running = { parts: Parts; from: string; startsBy?: string }

async function planRunning(facts: RunningFacts): Promise<Running> {
  const { look, manifest, framework, wanted, packageManager } = facts
  const found = await findStart(facts)
  if (framework?.staticOutput && found === undefined) return runStatic(framework.staticOutput, wanted)
  if (found === undefined)
    throw noStart('Node.js', 'a "start" script or "main" in package.json, a Procfile, server.js, index.js, app.js')
  const port = await findNodePort(look, found.command)
  const environment = { NODE_ENV: 'production', ...framework?.environment, ...found.environment }
  const isOwn = found.command === framework?.start
  const parts: Parts = {
    port: wanted.port ?? saidPort(found) ?? port?.port ?? framework?.port ?? defaultPort,
    startCommand: found.command,
    environment,
    staticOutput: null,
    serverOutput: isOwn ? (framework?.serverOutput ?? null) : null,
  }
  const startsBy = developmentStarter(manifest, found.command, packageManager)
  return { parts, from: found.from, ...(startsBy ? { startsBy } : {}) }
}

const saidPort = ({ environment }: Start) => Number(environment?.PORT ?? '') || undefined

async function findStart({
  look,
  manifest,
  framework,
  wanted,
  packageManager,
}: RunningFacts): Promise<Start | undefined> {
  if (wanted.startCommand) return { command: wanted.startCommand, from: 'config.json' }
  // What the build leaves alone can only be started in one way.
  if (framework?.start && framework.serverOutput) return { command: framework.start, from: framework.name }
  const runScript = packageManager.name === 'yarn' ? 'yarn run' : `${packageManager.name} run`
  const said = await findNodeStart(look, manifest, runScript)
  if (!framework || (said && overrules(said, framework))) return said
  return framework.start ? { command: framework.start, from: framework.name } : undefined
}

/** A framework knows better than a file that happens to be called index.js, and where it makes pages it needs no server of its own. */
function overrules({ command, from }: Start, { staticOutput, build }: Framework): boolean {
  if (!/script|Procfile/.test(from)) return false
  return !(staticOutput && command[0] === build.split(' ', 1)[0])
}

function runStatic(staticOutput: NonNullable<NodeRecipe['staticOutput']>, wanted: Wanted): Running {
  const startCommand = ['nginx', '-g', 'daemon off;']
  const port = wanted.port ?? staticPort
  return { parts: { port, startCommand, environment: {}, staticOutput, serverOutput: null }, from: 'nginx' }
}

/** A program to start by that would be gone once the development packages are. */
function developmentStarter(manifest: Json, command: readonly string[], { name }: PackageManager): string | undefined {
  const script = command[0] === name ? digText(manifest, 'scripts', command.at(-1) ?? '') : command.join(' ')
  const words = (script ?? '').split(/[\s=]+/)
  const aliases: Record<string, string> = {
    nest: '@nestjs/cli',
    tsc: 'typescript',
    'react-router-serve': '@react-router/serve',
  }
  const development = digNames(manifest, 'devDependencies')
  return words.map((word) => aliases[word] ?? word).find((word) => development.includes(word))
}

function buildCommandOf(manifest: Json, framework: Framework | undefined, { name }: PackageManager): string | null {
  if (digText(manifest, 'scripts', 'build')) return `${name} run build`
  return framework ? `${name === 'npm' ? 'npx' : `${name} exec`} ${framework.build}` : null
}

function describe(
  framework: Framework | undefined,
  names: ReadonlySet<string>,
  { from, recipe }: { from: string; recipe: NodeRecipe },
) {
  const library = serverLibraries.find((name) => names.has(name))
  const what = framework?.name ?? (library ? `with ${library}` : '')
  const how = recipe.staticOutput ? `built into ${recipe.staticOutput.folder}, served by nginx` : `started by ${from}`
  return `Node.js ${what}`.trim().concat(` (package.json), ${recipe.packageManager.name}, ${how}`)
}
