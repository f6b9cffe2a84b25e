import { readFile, rm } from 'node:fs/promises'

export const enginePidFile = '/var/run/docker.pid'

/** Each keeps a new engine from starting if a killed one left it behind. */
const owners = {
  [enginePidFile]: 'dockerd',
  '/var/run/docker/containerd/containerd.pid': 'containerd',
}

/** Answers with what it removed. */
export async function removeStalePidFiles(pidFiles: Readonly<Record<string, string>> = owners): Promise<string[]> {
  const removed: string[] = []
  for (const [path, program] of Object.entries(pidFiles)) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text === undefined || (await findLiveOwner(path, program)) !== undefined) continue
    await rm(path, { force: true })
    removed.push(path)
  }
  return removed
}

/** The process that a pid file names, if it still is that program: after a reboot the same id is often another's. */
export async function findLiveOwner(pidFile: string, program: string): Promise<number | undefined> {
  const text = await readFile(pidFile, 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  if (!(pid > 0)) return undefined
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return isAlive(status, program) ? pid : undefined
}

/** A dead process that nobody has collected, which happens where the first process is no real init, is not alive. */
export function isAlive(status: string, program: string): boolean {
  const state = /^State:\s*(\w)/m.exec(status)?.[1]
  return /^Name:\s*(.+)$/m.exec(status)?.[1] === program && state !== 'Z' && state !== 'X'
}
