import { posix } from 'node:path'
import { type DotnetAddress, readAddress } from './dotnet-address.ts'
import { type DotnetProject, frameworksOf, readProject } from './dotnet-project.ts'
import { chooseVersion, warnWhere, wishOf } from './language-version.ts'
import { digText, type Json, type Look } from './look.ts'
import type { Detected, DotnetRecipe, Wanted } from './recipe.ts'

const dotnet = { of: 'dotnet', known: ['10.0', '9.0', '8.0', '7.0', '6.0', '5.0', '3.1'] }
const defaultPort = 8080

export async function detectDotnet(look: Look, wanted: Wanted): Promise<Detected<DotnetRecipe> | undefined> {
  const paths = look.find(/\.(cs|fs|vb)proj$/).filter(isSource)
  const projects = await Promise.all(paths.map((path) => readProject(look, path)))
  const candidates = projects.filter(({ isTest }) => !isTest)
  const ofKind = (kind: DotnetProject['kind']) => candidates.filter((each) => each.kind === kind)
  const [project = projects[0]] = [...ofKind('web'), ...ofKind('program'), ...ofKind('pages'), ...candidates]
  if (!project) return undefined
  const settings = look.has('global.json') ? await look.json('global.json') : {}
  const { version, warnings } = chooseDotnet(settings, project, wanted)
  const address = await readAddress(look, project.path)
  const recipe = recipeOf(look, { project, settings, version: releaseOf(version.version), address, wanted })
  const others = ofKind('web').filter(({ path }) => path !== project.path)
  return {
    reason: `.NET${wordsOf[project.kind]} (${project.path})`,
    versions: [version],
    warnings: [...warnings, ...warningsOf(project, address, others)],
    recipe,
  }
}

const wordsOf = { web: ' web', program: '', library: '', pages: ' pages by Blazor' }
const releaseOf = (version: string) => version.split('.').slice(0, 2).join('.')

/** Settings of any name may be imported by projects, and feeds may be folders of the source. */
const manifest =
  /(^|\/)(nuget\.config|packages\.lock\.json|[^/]+\.((cs|fs|vb)proj|props|targets|nupkg))$|^global\.json$/i

/** What a build left behind is not sent to the next. */
const isSource = (path: string) => !/(^|\/)(bin|obj)\//.test(path)

type Found = { project: DotnetProject; settings: Json; version: string; address: DotnetAddress; wanted: Wanted }

function recipeOf(look: Look, { project, settings, version, address, wanted }: Found): DotnetRecipe {
  const port = wanted.port ?? address.port ?? defaultPort
  const isPages = project.kind === 'pages'
  const frameworks = frameworksOf(project)
  const framework = frameworks.find((each) => each.version === version)?.name
  return {
    kind: 'dotnet',
    version,
    sdk: sdkOf(settings, version),
    project: project.path,
    manifests: look.find(manifest).filter(isSource),
    framework: framework && project.property('TargetFramework') === undefined ? framework : null,
    overrides: overridesOf(project),
    isWeb: project.kind === 'web',
    isPages,
    port,
    startCommand: isPages
      ? ['nginx', '-g', 'daemon off;']
      : (wanted.startCommand ?? ['dotnet', `${assemblyOf(project)}.dll`]),
    environment: project.kind === 'web' ? portSetting(version, port) : {},
  }
}

const assemblyOf = ({ path, property }: DotnetProject) => property('AssemblyName') ?? posix.parse(path).name

/** Before version 8 the name with the ports alone was not heard. */
const portSetting = (version: string, port: number): Record<string, string> =>
  Number.parseInt(version, 10) < 8 ? { ASPNETCORE_URLS: `http://+:${port}` } : { ASPNETCORE_HTTP_PORTS: `${port}` }

/** What makes something else than an assembly that the image's own .NET runs. */
const overridesOf = ({ property }: DotnetProject) =>
  ['SelfContained', 'PublishSingleFile', 'PublishTrimmed', 'PublishAot', 'PublishReadyToRun', 'RuntimeIdentifier']
    .filter((name) => property(name) !== undefined)
    .map((name) => (name === 'RuntimeIdentifier' ? 'SelfContained' : name))
    .filter((name, at, names) => names.indexOf(name) === at)
    .map((name) => `-p:${name}=false`)

function warningsOf(
  { path, kind, text }: DotnetProject,
  { isUnclear }: DotnetAddress,
  others: readonly DotnetProject[],
) {
  const names = others.map((other) => other.path).join(', ')
  return warnWhere(
    [others.length > 0, `There are other web projects too (${names}): ${path} is taken`],
    [kind === 'library', `Nothing in ${path} says that it is a program: no OutputType, and no SDK for the web`],
    [
      isUnclear,
      `${path} names the address that it listens on itself, which goes before PORT: it must be one that others reach`,
    ],
    [
      /<SpaRoot>|\bnpm (install|ci|run)\b/.test(text),
      `${path} runs npm where it is built, and the image of the SDK has none`,
    ],
  )
}

function chooseDotnet(settings: Json, project: DotnetProject, wanted: Wanted) {
  const [target] = frameworksOf(project)
  const sdk = digText(settings, 'sdk', 'version')
  return chooseVersion(dotnet, [
    wishOf(wanted.version, 'config.json'),
    wishOf(target?.version, `TargetFramework in ${project.path}`),
    wishOf(sdk && releaseOf(sdk), 'global.json'),
  ])
}

/** Nothing builds with a newer SDK than global.json allows: without a word about that, another patch at most. */
function sdkOf(settings: Json, released: string): string {
  const pinned = digText(settings, 'sdk', 'version')
  const rollForward = digText(settings, 'sdk', 'rollForward') ?? 'latestPatch'
  if (!pinned || /major|minor/i.test(rollForward)) return released
  return /feature/i.test(rollForward) ? releaseOf(pinned) : pinned
}
