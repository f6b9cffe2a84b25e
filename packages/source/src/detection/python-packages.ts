import { dig, digNames, digTexts, type Json, type Look } from './look.ts'
import type { PythonInstaller, PythonRecipe, Wanted } from './recipe.ts'

export type PythonInstalling = Pick<
  PythonRecipe,
  'installer' | 'manifests' | 'requirements' | 'packageFolders' | 'needsSourceToInstall' | 'hasHashes'
> & {
  /** Normalized names of what the app names itself. */
  names: ReadonlySet<string>
  from: string
  warnings: string[]
}

const requirementFiles = [
  'requirements.txt',
  'requirements/production.txt',
  'requirements/prod.txt',
  'requirements/base.txt',
]

/** How the packages of a Python app are installed; undefined where it names none in any way that is known. */
export async function readPythonInstalling(look: Look, wanted: Wanted): Promise<PythonInstalling | undefined> {
  if (wanted.requirements) return readRequirements(look, wanted.requirements)
  if (look.has('pyproject.toml')) {
    const project = await readProject(look)
    // A pyproject.toml may hold nothing but the settings of tools.
    if (project) return project
  }
  const requirements = look.firstOf(requirementFiles)
  if (requirements) return readRequirements(look, requirements)
  return look.has('Pipfile') ? readPipfile(look) : undefined
}

async function readRequirements(look: Look, path: string): Promise<PythonInstalling> {
  const lines = (await look.text(path)).split('\n').map((line) => line.replace(/(^|\s)#.*/, '').trim())
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
  const others = lines.flatMap((line) => /^(?:-r|-c|--requirement|--constraint)[ =]?\s*(\S+)/.exec(line)?.[1] ?? [])
  const inner = await Promise.all(others.map(async (other) => (await look.text(`${folder}${other}`)).split('\n')))
  const all = [...lines, ...inner.flat().map((line) => line.trim())]
  const lying = all.map((line) => findPackages(look, line))
  return {
    installer: 'pip',
    requirements: path,
    manifests: [
      path,
      ...others.map((other) => `${folder}${other}`).filter(look.has),
      ...lying.flatMap(({ file }) => file ?? []),
    ],
    packageFolders: [...new Set(lying.flatMap(({ folder: found }) => found ?? []))],
    needsSourceToInstall: all.some((line, at) => localSource.test(line) && !lying[at]?.file && !lying[at]?.folder),
    hasHashes: all.some((line) => line.includes('--hash=')),
    names: new Set(all.map(normalizeName)),
    from: path,
    warnings: all.some((line) => /^[\w.-]+(\[.*\])?$/.test(line))
      ? [`${path} leaves versions open: each build may get other ones`]
      : [],
  }
}

/** A built package in the source, or a folder of them: nothing else of it is needed for those. */
function findPackages(look: Look, line: string): { file?: string; folder?: string } {
  const path = (/^(?:-f|--find-links)[ =]\s*(\S+)$/.exec(line)?.[1] ?? line).replace(/^\.\//, '').replace(/\/+$/, '')
  if (/\.(whl|zip|tar\.gz)$/.test(path) && look.has(path)) return { file: path }
  const isFolder = path !== line && look.files.some((file) => file.startsWith(`${path}/`))
  return isFolder ? { folder: path } : {}
}

/** The source itself, or packages that lie in it. */
const localSource = /^(-e|--editable|\.{0,2}\/|\.$|file:)|^(-f|--find-links)[ =]\s*(?!\w+:\/\/)/

/** "Flask[async]>=3" is flask. */
const normalizeName = (text: string) => (/^[\w.-]+/.exec(text)?.[0] ?? '').toLowerCase().replace(/[_.]+/g, '-')

const locks: { path: string; installer: PythonInstaller }[] = [
  { path: 'uv.lock', installer: 'uv' },
  { path: 'poetry.lock', installer: 'poetry' },
  { path: 'pdm.lock', installer: 'pdm' },
]

async function readProject(look: Look): Promise<PythonInstalling | undefined> {
  const project = await look.toml('pyproject.toml')
  const poetry = dig(project, 'tool', 'poetry')
  const lock = locks.find(({ path }) => look.has(path))
  // One that only holds others together names no packages of its own.
  const isWorkspace = dig(project, 'tool', 'uv', 'workspace') !== undefined && !dig(project, 'project', 'dependencies')
  const isEmpty = isWorkspace || (!dig(project, 'project') && !poetry && !lock)
  if (isEmpty) return undefined
  const named = [...digTexts(project, 'project', 'dependencies'), ...digNames(poetry, 'dependencies')]
  const installer = lock?.installer ?? (poetry ? 'poetry' : isPackage(look, project) ? 'project' : 'dependencies')
  return {
    installer,
    requirements: null,
    manifests: ['pyproject.toml', ...(lock ? [lock.path] : [])],
    packageFolders: [],
    needsSourceToInstall: installer === 'project',
    hasHashes: false,
    names: new Set(named.map(normalizeName)),
    from: lock ? `pyproject.toml and ${lock.path}` : 'pyproject.toml',
    warnings: lock ? [] : ['There is no lockfile: each build may get other versions of the packages'],
  }
}

/** As uv has it: without a way to build it, it is an app and no package. Then there is nothing but its dependencies to install. */
const isPackage = (look: Look, project: Json) =>
  dig(project, 'build-system') !== undefined ||
  digTexts(project, 'project', 'dynamic').includes('dependencies') ||
  look.has('setup.py')

async function readPipfile(look: Look): Promise<PythonInstalling> {
  const hasLock = look.has('Pipfile.lock')
  return {
    installer: 'pipenv',
    requirements: null,
    manifests: ['Pipfile', ...(hasLock ? ['Pipfile.lock'] : [])],
    packageFolders: [],
    needsSourceToInstall: false,
    hasHashes: false,
    names: new Set(digNames(await look.toml('Pipfile'), 'packages').map(normalizeName)),
    from: 'Pipfile',
    warnings: hasLock ? [] : ['There is no Pipfile.lock: each build may get other versions of the packages'],
  }
}

type Libraries = { build: readonly string[]; run: readonly string[] }

const compiler = ['gcc', 'libc6-dev']

/** Packages that need more of the system than the slim image has. */
const systemLibraries: Record<string, Libraries> = {
  psycopg2: { build: [...compiler, 'libpq-dev'], run: ['libpq5'] },
  psycopg: { build: [], run: ['libpq5'] },
  mysqlclient: { build: [...compiler, 'libmariadb-dev', 'pkg-config'], run: ['libmariadb3'] },
  uwsgi: { build: compiler, run: [] },
  pycairo: { build: [...compiler, 'libcairo2-dev', 'pkg-config'], run: ['libcairo2'] },
  'python-ldap': { build: [...compiler, 'libldap-dev', 'libsasl2-dev'], run: ['libldap2'] },
  'opencv-python': { build: [], run: ['libgl1', 'libglib2.0-0'] },
  weasyprint: { build: [], run: ['libpango-1.0-0', 'libpangoft2-1.0-0'] },
  'python-magic': { build: [], run: ['libmagic1'] },
}

export async function listSystemLibraries(look: Look, installing: PythonInstalling): Promise<Libraries> {
  const needed = [...installing.names].flatMap((name) => systemLibraries[name] ?? [])
  const texts = await Promise.all(installing.manifests.map(look.text))
  const isFromGit = texts.some((text) => /git\+|\bgit = /.test(text))
  const unique = (names: readonly string[]) => [...new Set(names)].sort()
  return {
    build: unique([...needed.flatMap(({ build }) => build), ...(isFromGit ? ['git'] : [])]),
    run: unique(needed.flatMap(({ run }) => run)),
  }
}
