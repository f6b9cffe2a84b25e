import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureDebianPackages } from '../system/debian-packages.ts'
import { runCommand } from '../system/run-command.ts'

const release = 'bookworm'
const mirror = 'http://deb.debian.org/debian'

/** The real image lacks these too. The engine brings its own /dev, and each machine its own name and resolvers. */
const leftOut = [
  './dev/*',
  './etc/apt/sources.list',
  './etc/hostname',
  './etc/resolv.conf',
  './usr/share/doc/*',
  './usr/share/info/*',
  './usr/share/locale/*',
  './usr/share/man/*',
  './var/cache/apt/*',
  './var/lib/apt/lists/*',
  './var/log/*.log',
]

export type RootfsOptions = {
  architecture: string
  cacheDir: string
  onProgress(words: string): void
  signal?: AbortSignal
}

/** A smallest Debian as a tar file. Answers with its path; made once, then taken from the cache. */
export async function ensureDebianRootfs(options: RootfsOptions): Promise<string> {
  const { architecture, cacheDir, onProgress, signal } = options
  const archive = join(cacheDir, `debian-${release}-${architecture}.tar`)
  if (await exists(archive)) return archive
  await ensureDebianPackages(['debootstrap', 'debian-archive-keyring'], { onProgress, signal })
  await mkdir(cacheDir, { recursive: true })
  // Not in /tmp, which is often mounted such that no device can be made there.
  const folder = await mkdtemp(join(cacheDir, 'rootfs-'))
  try {
    const argv = ['debootstrap', '--variant=minbase', `--arch=${architecture}`, release, folder, mirror]
    await runCommand(argv, { signal, onLine: (line) => onProgress(line.replace(/^[IW]: /, '')) })
    const draft = `${folder}.tar`
    const excludes = leftOut.map((pattern) => `--exclude=${pattern}`)
    await runCommand(['tar', '-C', folder, '--numeric-owner', '--sort=name', ...excludes, '-cf', draft, '.'], {
      signal,
    })
    await rename(draft, archive)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await rm(`${folder}.tar`, { force: true })
  }
  return archive
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
