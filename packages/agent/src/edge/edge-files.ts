import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RenderedEdge } from './edge-system.ts'

export type EdgeFiles = ReturnType<typeof edgeFiles>

/** Paths as the agent sees them, which shares the folder with the edge. */
export const edgeFiles = (folder: string) => ({
  config: join(folder, 'haproxy.cfg'),
  hostsMap: join(folder, 'hosts.map'),
  state: join(folder, 'state'),
  adminSocket: join(folder, 'run', 'admin.sock'),
  masterSocket: join(folder, 'run', 'master.sock'),
})

/** What the edge has been told, or null before the first time. */
export async function readRendered(files: EdgeFiles): Promise<RenderedEdge | null> {
  const [config, hostsMap] = await Promise.all([readIfThere(files.config), readIfThere(files.hostsMap)])
  return config === null || hostsMap === null ? null : { config, hostsMap }
}

export async function writeRendered(files: EdgeFiles, { config, hostsMap }: RenderedEdge): Promise<void> {
  await replaceFile(files.hostsMap, hostsMap)
  await replaceFile(files.config, config)
}

/** Never half written, whoever reads. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text, { mode: 0o600 })
  await rename(`${path}.part`, path)
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
