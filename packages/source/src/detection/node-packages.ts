import { dig, digNames, digText, type Json, type Look } from './look.ts'
import type { PackageManager } from './recipe.ts'

export type Installing = {
  packageManager: PackageManager
  manifests: string[]
  needsSourceToInstall: boolean
  warnings: string[]
}

const lockfiles = [
  { path: 'pnpm-lock.yaml', name: 'pnpm' },
  { path: 'yarn.lock', name: 'yarn' },
  { path: 'package-lock.json', name: 'npm' },
  { path: 'npm-shrinkwrap.json', name: 'npm' },
] as const

/** Read by the package managers before anything is installed. */
const settings = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'pnpm-workspace.yaml', '.pnpmfile.cjs']

/** Hooks that only set up a repository for those who work on it. */
const harmlessHook = /^(husky|lefthook|simple-git-hooks|is-ci|node \.husky)/

/** How the packages of a Node app are installed, and from which files that can be decided. */
export async function readInstalling(look: Look, manifest: Json): Promise<Installing> {
  const lockfile = lockfiles.find(({ path }) => look.has(path))
  const packageManager = await readPackageManager(look, manifest, lockfile)
  const members = digNames(manifest, 'workspaces').length > 0 || look.has('pnpm-workspace.yaml')
  const inner = members ? look.find(/\/package\.json$/) : []
  const yarnFiles = look.find(/^\.yarn\/(releases|plugins|patches)\//).length > 0 ? ['.yarn'] : []
  const patches = look.find(/^patches\//).length > 0 ? ['patches'] : []
  const own = ['package.json', ...(packageManager.hasLockfile && lockfile ? [lockfile.path] : [])]
  return {
    packageManager,
    manifests: [...own, ...settings.filter(look.has), ...yarnFiles, ...patches, ...inner],
    needsSourceToInstall: hasHooks(manifest),
    warnings: warnOf(look, packageManager),
  }
}

type Lockfile = (typeof lockfiles)[number]

async function readPackageManager(look: Look, manifest: Json, lockfile?: Lockfile): Promise<PackageManager> {
  const said = /^(npm|pnpm|yarn)@(\d+(?:\.\d+)*)/.exec(digText(manifest, 'packageManager') ?? '')
  const name = (said?.[1] as PackageManager['name'] | undefined) ?? lockfile?.name ?? 'npm'
  const hasLockfile = lockfile?.name === name
  const version = said?.[2] ?? (hasLockfile ? await versionOfLockfile(look, lockfile) : null)
  return { name, version: name === 'npm' ? null : (version ?? newest[name]), hasLockfile }
}

const newest = { pnpm: '10', yarn: '1.22.22' }

/** A lockfile is read only by the versions that know its form. */
async function versionOfLockfile(look: Look, { path, name }: Lockfile): Promise<string | null> {
  if (name === 'npm') return null
  const text = await look.text(path)
  if (name === 'yarn') return /^__metadata:/m.test(text) ? '4' : '1.22.22'
  const form = Number(/^lockfileVersion: '?(\d+)/m.exec(text)?.[1] ?? 9)
  return ({ 5: '7', 6: '8' } as Record<number, string>)[form] ?? newest.pnpm
}

function hasHooks(manifest: Json): boolean {
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare'].map((name) => digText(manifest, 'scripts', name))
  return hooks.some((hook) => hook !== undefined && !harmlessHook.test(hook))
}

function warnOf(look: Look, { name, hasLockfile }: PackageManager): string[] {
  const found = lockfiles.filter(({ path }) => look.has(path))
  const warnings = []
  if (!hasLockfile) warnings.push(`There is no lockfile of ${name}: each build may get other versions of the packages`)
  if (new Set(found.map((lockfile) => lockfile.name)).size > 1) {
    warnings.push(
      `There are lockfiles of several package managers (${found.map(({ path }) => path).join(', ')}): ${name} is used`,
    )
  }
  if (look.firstOf(['bun.lock', 'bun.lockb'])) warnings.push(`The lockfile of Bun is not read: ${name} is used`)
  return warnings
}

export const dependencyNames = (manifest: Json): Set<string> =>
  new Set([...digNames(manifest, 'dependencies'), ...digNames(manifest, 'devDependencies')])

/** Packages that are compiled when no ready-made build fits, and what that takes; and those that come from git. */
export function listBuildPackages(manifest: Json): string[] {
  const names = dependencyNames(manifest)
  const sources = ['dependencies', 'devDependencies'].flatMap((key) => Object.values(dig(manifest, key) ?? {}))
  const isFromGit = sources.some((source) => /^(git\+|git:|github:|[\w-]+\/[\w.-]+(#|$))/.test(String(source)))
  const compiles = compiled.some((name) => names.has(name))
  return [...(isFromGit ? ['ca-certificates', 'git'] : []), ...(compiles ? ['g++', 'make', 'python3'] : [])]
}

const compiled = [
  'bcrypt',
  'better-sqlite3',
  'sqlite3',
  'canvas',
  'node-gyp',
  'argon2',
  're2',
  'node-pty',
  'isolated-vm',
]
