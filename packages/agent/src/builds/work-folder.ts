import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder of its own for one build, gone when it ends, however it ends. */
export async function withWorkFolder<Result>(
  root: string,
  buildId: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(root, { recursive: true, mode: 0o700 })
  // Not the same for a build that begins anew: what it did before may still be on its way out.
  const folder = await mkdtemp(join(root, `${buildId}-`))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What builds left behind that an earlier agent did not live to end. */
export async function sweepWorkFolders(root: string): Promise<void> {
  const names = await readdir(root).catch(() => [])
  await Promise.all(names.map((name) => rm(join(root, name), { recursive: true, force: true })))
}
