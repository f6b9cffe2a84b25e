import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const lookEveryMs = 500

/** Calls `onExceeded` once, when one of the folders has become larger than it may. Answers with how to end that. */
export function watchSize(folders: readonly string[], mostBytes: number, onExceeded: () => void): () => void {
  let isOver = false
  const look = async () => {
    // What came or went while it was counted is counted by the next look.
    const sizes = await Promise.all(folders.map((folder) => sizeOf(folder).catch(() => 0)))
    if (isOver) return
    if (Math.max(...sizes) > mostBytes) onExceeded()
    else timer = setTimeout(look, lookEveryMs)
  }
  let timer = setTimeout(look, lookEveryMs)
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  let bytes = 0
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const found = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined)
    bytes += found?.size ?? 0
  }
  return bytes
}
