import { chooseVersion, warnWhere, wishOf } from './language-version.ts'
import { digText, type Json, type Look } from './look.ts'
import type { Detected, DotnetRecipe, Wanted } from './recipe.ts'

const dotnet = { of: 'dotnet', known: ['10.0', '9.0', '8.0'] }
const defaultPort = 8080

type Project = { path: string; text: string; isWeb: boolean; isProgram: boolean }

export async function detectDotnet(look: Look, wanted: Wanted): Promise<Detected<DotnetRecipe> | undefined> {
  const paths = look.find(/\.(cs|fs|vb)proj$/)
  const projects = await Promise.all(paths.map((path) => readProject(look, path)))
  const candidates = projects.filter(({ path }) => !/tests?(\/|\.|$)/i.test(path.replace(/proj$/, '')))
  const project = candidates.find(({ isWeb }) => isWeb) ?? candidates.find(({ isProgram }) => isProgram) ?? projects[0]
  if (!project) return undefined
  const settings = look.has('global.json') ? await look.json('global.json') : {}
  const { version, warnings } = chooseDotnet(settings, project, wanted)
  const released = version.version.split('.').slice(0, 2).join('.')
  const port = wanted.port ?? defaultPort
  const recipe: DotnetRecipe = {
    kind: 'dotnet',
    version: released,
    sdk: sdkOf(settings, released),
    project: project.path,
    manifests: [
      ...look.find(/^(Directory\.(Build|Packages)\.props|nuget\.config|NuGet\.Config|global\.json)$/),
      ...paths,
    ],
    isWeb: project.isWeb,
    port,
    startCommand: wanted.startCommand ?? ['dotnet', `${assemblyOf(project)}.dll`],
    environment: project.isWeb ? { ASPNETCORE_HTTP_PORTS: `${port}` } : {},
  }
  const others = candidates.filter(({ path, isWeb }) => isWeb && path !== project.path).map(({ path }) => path)
  const more = `There are other web projects too (${others.join(', ')}): ${project.path} is taken`
  return {
    reason: `.NET${project.isWeb ? ' web' : ''} (${project.path})`,
    versions: [version],
    warnings: [...warnings, ...warnWhere([others.length > 0, more])],
    recipe,
  }
}

const assemblyOf = ({ path, text }: Project) =>
  /<AssemblyName>([^<]+)</.exec(text)?.[1] ?? path.replace(/^.*\//, '').replace(/\.\w+$/, '')

async function readProject(look: Look, path: string): Promise<Project> {
  const text = await look.text(path)
  const isWeb = /Sdk="Microsoft\.NET\.Sdk\.(Web|BlazorWebAssembly)"/.test(text)
  return { path, text, isWeb, isProgram: isWeb || /<OutputType>\s*(Win)?Exe/i.test(text) }
}

function chooseDotnet(settings: Json, { path, text }: Project, wanted: Wanted) {
  const target = /<TargetFrameworks?>[^<]*?net(?:coreapp)?(\d+\.\d+)/.exec(text)?.[1]
  const sdk = digText(settings, 'sdk', 'version')?.split('.').slice(0, 2).join('.')
  return chooseVersion(dotnet, [
    wishOf(wanted.version, 'config.json'),
    wishOf(target, `TargetFramework in ${path}`),
    wishOf(sdk, 'global.json'),
  ])
}

/** Nothing builds with a newer SDK than global.json allows: without a word about that, another patch at most. */
function sdkOf(settings: Json, released: string): string {
  const pinned = digText(settings, 'sdk', 'version')
  const rollForward = digText(settings, 'sdk', 'rollForward') ?? 'latestPatch'
  if (!pinned || /major|minor/i.test(rollForward)) return released
  return /feature/i.test(rollForward) ? pinned.split('.').slice(0, 2).join('.') : pinned
}
