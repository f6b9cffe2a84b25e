import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../system/run-command.ts'

export type PackageOptions = { version: string; cacheDir: string; signal?: AbortSignal }

/** Puts the content of an npm package into a folder, with nothing of it run. */
export async function unpackNpmPackage(
  name: string,
  folder: string,
  { version, cacheDir, signal }: PackageOptions,
): Promise<void> {
  const archive = join(cacheDir, `${name}-${version}.tgz`)
  const isCached = await access(archive).then(
    () => true,
    () => false,
  )
  if (!isCached) {
    await mkdir(cacheDir, { recursive: true })
    await runCommand(['npm', 'pack', `${name}@${version}`, '--pack-destination', cacheDir], { signal })
  }
  await mkdir(folder, { recursive: true })
  await runCommand(['tar', '-xzf', archive, '-C', folder, '--strip-components=1', '--no-same-owner'], { signal })
}
