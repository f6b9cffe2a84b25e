import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** The choices of the last install, kept so that the next one need not be told again. */
export const Settings = z.object({
  domain: z.string(),
  httpPort: z.int(),
  address: z.string().optional(),
})
export type Settings = z.infer<typeof Settings>

export const InstallRecord = z.object({
  settings: Settings.optional(),
  /** The engine runs only because we started it, so `down` stops it. */
  hasStartedEngine: z.boolean().optional(),
  /** When Berth first answered here. */
  installedAt: z.iso.datetime().optional(),
})
export type InstallRecord = z.infer<typeof InstallRecord>

export const stateFiles = {
  caCertificate: 'ca.pem',
  caKey: 'ca.key',
  bootstrap: 'bootstrap.json',
  install: 'install.json',
  databaseUrl: 'database-url',
  sshMachines: 'ssh-machines.json',
} as const

/** The files of the first machine that are not the engine's: the cluster's secrets and what the installer must remember. */
export type StateDir = ReturnType<typeof stateDir>

export function stateDir(path: string) {
  const read = (name: string) => readFile(join(path, name), 'utf8').catch(undefinedIfMissing)
  const write = (name: string, text: string) => writePrivateFile(join(path, name), text)

  async function readRecord(): Promise<InstallRecord> {
    const text = await read(stateFiles.install)
    return text ? InstallRecord.parse(JSON.parse(text)) : {}
  }

  async function updateRecord(change: Partial<InstallRecord>): Promise<void> {
    await write(stateFiles.install, `${JSON.stringify({ ...(await readRecord()), ...change }, null, 2)}\n`)
  }

  return { path, read, write, readRecord, updateRecord }
}

/** Whole or not at all, and never readable by others, not even for a moment. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.new`
  await writeFile(draft, text, { mode: 0o600, flush: true })
  await chmod(draft, 0o600)
  await rename(draft, path)
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}
