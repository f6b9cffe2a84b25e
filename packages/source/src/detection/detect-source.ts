import { PlatformError } from '@berth/contract'
import { findDockerfile } from './dockerfile-facts.ts'
import { detectDotnet } from './dotnet.ts'
import { detectGo } from './go.ts'
import { detectJava } from './java.ts'
import { type Look, lookAt } from './look.ts'
import { detectNode } from './node.ts'
import { detectPhp } from './php.ts'
import { detectPython } from './python.ts'
import { type Detected, nothingWanted, type RecipeKind, type Version, type Wanted } from './recipe.ts'
import { detectRuby } from './ruby.ts'
import { detectRust } from './rust.ts'
import { warnOfSettings } from './settings-files.ts'
import { faceName, isSourceConfig, readSourceConfig, type ServiceConfig } from './source-config.ts'
import type { SourceView } from './source-view.ts'
import { toArguments } from './start-command.ts'
import { detectStatic } from './static-site.ts'

export type SourceService = {
  name: string
  /** The one that answers for the app. */
  isFace: boolean
  /** Relative to the source, which is the context of the build; empty for all of it. */
  folder: string
  kind: RecipeKind | 'dockerfile'
  /** In words, for people. */
  reason: string
  /** Null where a Dockerfile does not say, and of one that is not the face and has none in config.json: nobody calls it. */
  port: number | null
  /** What the app is told at run time, beside what is in the image; from config.json. */
  environment: Readonly<Record<string, string>>
  versions: readonly Version[]
  warnings: readonly string[]
  /** Empty where a Dockerfile says it. */
  startCommand: readonly string[]
  build: { kind: 'dockerfile'; path: string } | { kind: 'recipe'; detected: Detected }
}

export type DetectedSource = {
  from: 'dockerfile' | 'config' | 'files'
  /** As config.json calls it. */
  application: string | null
  /** The face first. */
  services: readonly SourceService[]
}

export type DetectOptions = {
  /** A path in the source. Named, it is built whatever else is there. */
  dockerfile?: string
}

/** What to build and how, by the first of: a Dockerfile, a config.json, what the files show. */
export async function detectSource(view: SourceView, { dockerfile }: DetectOptions = {}): Promise<DetectedSource> {
  const look = await lookAt(view)
  if (look.files.length === 0) throw new PlatformError('source_invalid', 'The source holds no files', emptyHint)
  const facts = await findDockerfile(look, dockerfile)
  if (facts) {
    const { path, port, warnings } = facts
    const service = { reason: `its ${path}`, port, warnings, versions: [], startCommand: [], environment: {} }
    const build = { kind: 'dockerfile', path } as const
    const face = { name: faceName, isFace: true, folder: '', kind: 'dockerfile', ...service, build } as const
    return { from: 'dockerfile', application: null, services: [face] }
  }
  const json = look.has('config.json') ? await readForeignJson(look) : undefined
  if (json && isSourceConfig(json)) return detectConfigured(view, json)
  const detected = await detectFiles(look)
  return { from: 'files', application: null, services: [serviceOf(detected, { name: faceName, isFace: true })] }
}

const emptyHint = { hint: 'Is everything left out by .dockerignore or .gitignore?' }

/** One that is no JSON is not meant for us. */
async function readForeignJson(look: Look) {
  return look.json('config.json').catch(() => undefined)
}

async function detectConfigured(view: SourceView, json: Record<string, unknown>): Promise<DetectedSource> {
  const { application, services } = readSourceConfig(json)
  const detected = services.map(async (config) => {
    const isFace = config.name === faceName || services.length === 1
    return serviceOf(await detectService(view, config), {
      ...config,
      isFace,
      isCalled: isFace || config.port !== undefined,
    })
  })
  const all = await Promise.all(detected)
  return {
    from: 'config',
    application,
    services: all.toSorted((one, other) => Number(other.isFace) - Number(one.isFace)),
  }
}

async function detectService(view: SourceView, config: ServiceConfig): Promise<Detected> {
  const { name, language, folder, startCommand, version, port, requirements } = config
  const look = await lookAt(view, folder)
  if (look.files.length === 0) throw badService(name, `its folder ${folder} holds no files`)
  if (requirements && !look.has(requirements)) throw badService(name, `there is no file ${requirements}`)
  const command = typeof startCommand === 'string' ? toArguments(startCommand) : startCommand
  const detected = await detectors[language](look, {
    isGiven: true,
    version,
    port,
    requirements,
    startCommand: command,
  })
  if (detected) return withWarnings(look, detected)
  throw badService(
    name,
    `nothing in ${folder === '' ? 'the source' : folder} can be built as ${language}: there is no ${markers[language]}`,
  )
}

const badService = (name: string, words: string) =>
  new PlatformError('source_invalid', `The service ${name} of config.json: ${words}`, {
    hint: 'Correct config.json, or take it away to have the source looked at',
  })

type Detector = (look: Look, wanted: Wanted) => Promise<Detected | undefined>

/** In the order in which they are asked: what builds pages for another comes after it. */
const detectors: Record<RecipeKind, Detector> = {
  php: detectPhp,
  ruby: detectRuby,
  python: detectPython,
  go: detectGo,
  java: detectJava,
  rust: detectRust,
  dotnet: detectDotnet,
  node: detectNode,
  static: detectStatic,
}

const markers: Record<RecipeKind, string> = {
  node: 'package.json',
  python: 'requirements.txt, pyproject.toml, Pipfile or main.py',
  go: 'go.mod',
  java: 'pom.xml or build.gradle',
  php: 'composer.json or index.php',
  ruby: 'Gemfile',
  rust: 'Cargo.toml',
  dotnet: '.csproj, .fsproj or .vbproj',
  static: 'index.html',
}

async function detectFiles(look: Look): Promise<Detected> {
  let nearest: PlatformError | undefined
  for (const detect of Object.values(detectors)) {
    try {
      const detected = await detect(look, nothingWanted)
      if (detected) return withWarnings(look, detected)
    } catch (error) {
      // It may still be something else: many a Node app has a requirements.txt for its tools.
      if (!(error instanceof PlatformError) || error.code !== 'source_not_recognized') throw error
      nearest ??= error
    }
  }
  const error = nearest ?? notRecognized(look)
  throw new PlatformError(error.code, error.message, { hint: hintOf(look, error.hint) })
}

const withWarnings = (look: Look, detected: Detected): Detected => ({
  ...detected,
  warnings: [...detected.warnings, ...warnOfSettings(look, detected.recipe)],
})

function notRecognized(look: Look): PlatformError {
  const lookedFor = ['Dockerfile', 'config.json', ...Object.values(markers)].join(', ')
  const some = look.files.slice(0, 8).join(', ')
  const words = `Nothing says how to build this. Looked for ${lookedFor}; found ${some}${look.files.length > 8 ? ' and more' : ''}`
  return new PlatformError('source_not_recognized', words, { hint: 'Add a Dockerfile or a config.json' })
}

/** Many a source holds several apps, and none in its root. */
function hintOf(look: Look, hint: string | undefined): string | undefined {
  const deeper = look.find(
    /\/(Dockerfile|package\.json|requirements\.txt|pyproject\.toml|go\.mod|pom\.xml|Gemfile|Cargo\.toml)$/,
  )
  if (deeper.length === 0) return hint
  return `${hint}. Or is it in a folder? There is ${deeper.slice(0, 5).join(', ')}: deploy that folder, or name it in config.json`
}

type Named = {
  name: string
  isFace: boolean
  isCalled?: boolean
  folder?: string
  environment?: Readonly<Record<string, string>>
}

function serviceOf(detected: Detected, named: Named): SourceService {
  const { name, isFace, isCalled = true, folder = '', environment = {} } = named
  const { reason, versions, warnings, recipe } = detected
  const { kind, startCommand } = recipe
  const port = isCalled ? recipe.port : null
  const build = { kind: 'recipe', detected } as const
  return { name, isFace, folder, kind, reason, port, environment, versions, warnings, startCommand, build }
}
