import { chooseVersion, warnWhere, wishOf } from './language-version.ts'
import { digText, type Look } from './look.ts'
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
  const { version, warnings } = await chooseDotnet(look, project, wanted)
  const port = wanted.port ?? defaultPort
  const recipe: DotnetRecipe = {
    kind: 'dotnet',
    version: version.version.split('.').slice(0, 2).join('.'),
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

async function chooseDotnet(look: Look, { path, text }: Project, wanted: Wanted) {
  const settings = look.has('global.json') ? await look.json('global.json') : {}
  const target = /<TargetFrameworks?>[^<]*?net(?:coreapp)?(\d+\.\d+)/.exec(text)?.[1]
  const sdk = digText(settings, 'sdk', 'version')?.split('.').slice(0, 2).join('.')
  return chooseVersion(dotnet, [
    wishOf(wanted.version, 'config.json'),
    wishOf(target, `TargetFramework in ${path}`),
    wishOf(sdk, 'global.json'),
  ])
}
