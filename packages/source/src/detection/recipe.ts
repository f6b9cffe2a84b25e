/** What a Dockerfile is written from: nothing in here has to be looked up again. */
type Shared = {
  port: number
  /** As an argument list. One that needs a shell begins with it. */
  startCommand: readonly string[]
  environment: Readonly<Record<string, string>>
}

type Compiled = Shared & {
  /** A tag of the official image, less what says which variant of it. */
  version: string
}

export type PackageManager = { name: 'npm' | 'pnpm' | 'yarn'; version: string | null; hasLockfile: boolean }

export type NodeRecipe = Compiled & {
  kind: 'node'
  packageManager: PackageManager
  /** What decides which packages are installed: copied before the rest, so that this step is kept while they stay the same. */
  manifests: readonly string[]
  /** Install scripts may read any file. */
  needsSourceToInstall: boolean
  buildCommand: string | null
  /** What the build leaves for the web server, where nothing of the app runs itself. */
  staticOutput: StaticOutput | null
  /** What of the build is all that runs, by source and place; null for the whole folder. */
  serverOutput: readonly { from: string; to: string }[] | null
  keepsDevelopmentPackages: boolean
  buildPackages: readonly string[]
}

export type StaticOutput = {
  folder: string
  /** One page that finds its way itself: it answers for every path. */
  isSinglePage: boolean
}

/** Of a pyproject.toml without a lock the project is installed, or its dependencies alone where it is nothing to be installed. */
export type PythonInstaller = 'pip' | 'poetry' | 'uv' | 'pdm' | 'pipenv' | 'project' | 'dependencies' | 'none'

export type PythonRecipe = Compiled & {
  kind: 'python'
  installer: PythonInstaller
  manifests: readonly string[]
  requirements: string | null
  needsSourceToInstall: boolean
  /** Packages that lie in the source, to be copied with the manifests. */
  packageFolders: readonly string[]
  /** Then pip takes nothing without one in the same breath. */
  hasHashes: boolean
  /** Servers that run the app and that it does not name itself. */
  addedPackages: readonly string[]
  collectsStatic: boolean
  buildPackages: readonly string[]
  runPackages: readonly string[]
}

export type GoRecipe = Compiled & {
  kind: 'go'
  manifests: readonly string[]
  package: string
  isVendored: boolean
  /** Some packages are C inside. */
  needsC: boolean
}

export type JavaRecipe = Compiled & {
  kind: 'java'
  tool: 'maven' | 'gradle'
  hasWrapper: boolean
  /** Makes a jar that needs others beside it, unless it is told otherwise. */
  isQuarkus: boolean
  manifests: readonly string[]
  /** Only then can the packages be fetched before the sources are there. */
  isSingleModule: boolean
  /** Of an app whose libraries lie beside it, and not in one jar with it. */
  mainClass: string | null
}

export type PhpRecipe = Compiled & {
  kind: 'php'
  manifests: readonly string[]
  documentRoot: string
  extensions: readonly string[]
  isLaravel: boolean
  isSymfony: boolean
  /** Some packages lie in the source. */
  needsSourceToInstall: boolean
  /** What browsers get is built by npm. */
  hasAssets: boolean
}

export type RubyRecipe = Compiled & {
  kind: 'ruby'
  manifests: readonly string[]
  /** Some gems lie in the source. */
  needsSourceToInstall: boolean
  precompilesAssets: boolean
  buildPackages: readonly string[]
  runPackages: readonly string[]
}

export type RustRecipe = Compiled & {
  kind: 'rust'
  binary: string
  hasLockfile: boolean
  /** One package with one src/main.rs: only then can the crates be built before the sources are there. */
  isPlain: boolean
  manifests: readonly string[]
  runPackages: readonly string[]
}

export type DotnetRecipe = Compiled & {
  kind: 'dotnet'
  project: string
  manifests: readonly string[]
  isWeb: boolean
  /** Nothing but files for browsers. */
  isPages: boolean
  /** Of several that it is built for, the one that runs. */
  framework: string | null
  /** Arguments that take back what the project says of its output. */
  overrides: readonly string[]
  /** What builds it: global.json may want another than the one that its framework came with. */
  sdk: string
}

export type StaticRecipe = Shared & { kind: 'static'; output: StaticOutput }

/** Everything but a Dockerfile that is there already. */
export type Recipe =
  | NodeRecipe
  | PythonRecipe
  | GoRecipe
  | JavaRecipe
  | PhpRecipe
  | RubyRecipe
  | RustRecipe
  | DotnetRecipe
  | StaticRecipe

export type RecipeKind = Recipe['kind']

export type Version = { of: string; version: string; from: string }

/** One service as it will be built, and in words why so. */
export type Detected<R extends Recipe = Recipe> = {
  reason: string
  versions: readonly Version[]
  warnings: readonly string[]
  recipe: R
}

/** What a person has said, which no finding overrules. */
export type Wanted = {
  /** The language is given, so it is not asked whether it is this one. */
  isGiven: boolean
  version?: string | undefined
  startCommand?: readonly string[] | undefined
  port?: number | undefined
  requirements?: string | undefined
}

export const nothingWanted: Wanted = { isGiven: false }
