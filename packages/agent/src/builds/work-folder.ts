import { appendFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
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

const notesName = 'containers'

/** So that it can be removed by another agent when this machine dies meanwhile. */
export const noteContainer = (folder: string, containerId: string): Promise<void> =>
  appendFile(join(folder, notesName), `${containerId}\n`)

/** What builds left behind that an earlier agent, or the engine, did not live to end. */
export async function sweepWorkFolders(
  root: string,
  discardContainers: (containerIds: string[]) => Promise<void>,
): Promise<void> {
  const names = await readdir(root).catch(() => [])
  for (const name of names) {
    const notes = await readFile(join(root, name, notesName), 'utf8').catch(() => '')
    await discardContainers(notes.split('\n').filter((id) => id !== ''))
    await rm(join(root, name), { recursive: true, force: true })
  }
}
