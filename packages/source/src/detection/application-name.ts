import { stat } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { AppName } from '@berth/contract'
import { walkArchive } from '../archive/walk-archive.ts'
import { isSourceConfig } from './source-config.ts'
import { folderView } from './source-view.ts'

const mostConfigBytes = 1024 ** 2

type Place = { folder?: string | undefined; signal?: AbortSignal | undefined }

/** What config.json calls the app, in a folder or an archive; undefined where nothing does. The archive is read to its end. */
export async function findApplicationName(path: string, { folder, signal }: Place = {}): Promise<string | undefined> {
  const file = folder ? `${folder.replace(/\/+$/, '')}/config.json` : 'config.json'
  const isFolder = (await stat(path)).isDirectory()
  const text = isFolder ? await folderView(path).read(file, mostConfigBytes) : await readFromArchive(path, file, signal)
  return text === undefined ? undefined : nameIn(text)
}

async function readFromArchive(path: string, file: string, signal: AbortSignal | undefined) {
  const found = new Map<string, Buffer>()
  const { strippedFolder } = await walkArchive(path, { signal }, async (entry, content) => {
    const isIt = entry.path === file || entry.path.endsWith(`/${file}`)
    if (isIt && entry.sizeBytes <= mostConfigBytes) found.set(entry.path, await buffer(content))
    else await pipeline(content, nowhere(), { signal })
  })
  return found.get(strippedFolder ? `${strippedFolder}/${file}` : file)?.toString('utf8')
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() })

/** What is wrong with it is told when it is built. */
function nameIn(text: string): string | undefined {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json !== 'object' || json === null || !isSourceConfig(json as Record<string, unknown>)) return undefined
    return AppName.safeParse((json as { application?: unknown }).application).data
  } catch {
    return undefined
  }
}
