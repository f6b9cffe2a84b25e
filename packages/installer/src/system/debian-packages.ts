import { PlatformError } from '@berth/contract'
import { type CommandOptions, runCommand } from './run-command.ts'

type Options = { onProgress?(words: string): void; signal?: AbortSignal }

/** Installs what is missing and answers with the names of what it installed. */
export async function ensureDebianPackages(names: readonly string[], options: Options = {}): Promise<string[]> {
  const { onProgress, signal } = options
  const missing = await listMissing(names, signal)
  if (missing.length === 0) return []
  onProgress?.(`installing ${missing.join(', ')}`)
  const commandOptions = { onLine: onProgress, signal }
  try {
    await install(missing, commandOptions)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof PlatformError && /is not installed$/.test(error.message)) throw withoutApt(missing, error)
    // A fresh system has no package lists, or old ones that name files which are gone.
    await runCommand([...aptGet, 'update'], commandOptions)
    await install(missing, commandOptions)
  }
  return missing
}

// Another apt-get may be at work, for example the one that a new machine runs by itself. "env", because this program
// passes its own environment on.
export const aptGet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=300', '-q']

const install = (names: readonly string[], options: CommandOptions) =>
  runCommand([...aptGet, 'install', '-y', '--no-install-recommends', ...names], options)

async function listMissing(names: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const states = await Promise.all(names.map((name) => isInstalled(name, signal)))
  return names.filter((_, index) => !states[index])
}

async function isInstalled(name: string, signal?: AbortSignal): Promise<boolean> {
  try {
    return (await runCommand(['dpkg-query', '-W', '-f', statusFormat, name], { signal })).startsWith('ii')
  } catch {
    signal?.throwIfAborted()
    return false // dpkg knows no package of that name, or there is no dpkg.
  }
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: this is dpkg's own template.
const statusFormat = '${db:Status-Abbrev}'

const withoutApt = (names: readonly string[], cause: unknown) =>
  new PlatformError('conflict', `This system has no apt-get to install ${names.join(', ')} with`, {
    hint: 'Use Debian or Ubuntu, or install them yourself',
    cause,
  })
