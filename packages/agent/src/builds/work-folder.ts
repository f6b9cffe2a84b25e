import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder of its own for one build, gone when it ends, however it ends. */
export async function withWorkFolder<Result>(
  root: string,
  buildId: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = join(root, buildId)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
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
