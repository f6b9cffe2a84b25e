import { formatBytes, mostArchiveBytes, PlatformError } from '@berth/contract'
import { planFolder } from './folder-plan.ts'
import type { Found, FoundFolder } from './found-folder.ts'
import { packTar } from './tar-archive.ts'

/** What will be sent. */
export type ChosenSource = {
  /** Of the folder or the archive; empty where several things were given. */
  name: string
  bytes: Blob
  /** Of a folder; null for an archive, which is sent as it is. */
  folder: { fileCount: number; leftOut: readonly string[] } | null
}

const archiveEnding = /\.(zip|tar|tar\.gz|tgz)$/i

/** Makes one archive of what was given. Throws what is wrong with it, in words. */
export async function chooseSource(found: readonly Found[], signal: AbortSignal): Promise<ChosenSource> {
  const [first, ...others] = found
  if (!first) throw invalid('There is nothing in it', 'Give a folder, a .zip or a .tar.gz')
  if (others.length > 0) return packFolder({ kind: 'folder', name: '', list: async () => [...found] }, signal)
  if (first.kind === 'folder') return packFolder(first, signal)
  const bytes = await first.open()
  if (!archiveEnding.test(first.name))
    throw invalid(`${first.name} is no folder, .zip, .tar or .tar.gz`, 'Give the folder that it lies in')
  if (bytes.size > mostArchiveBytes) throw tooLarge(`${first.name} has ${formatBytes(bytes.size)}`)
  return { name: first.name, bytes, folder: null }
}

async function packFolder(folder: FoundFolder, signal: AbortSignal): Promise<ChosenSource> {
  const { entries, leftOut, fileCount } = await planFolder(folder, signal).catch(explainReading)
  if (fileCount === 0) throw invalid('There is no file to send in it', 'What is left out is said by its ignore files')
  const bytes = packTar(entries)
  if (bytes.size > mostArchiveBytes) throw tooLarge(`The folder packs to ${formatBytes(bytes.size)}`)
  return { name: folder.name, bytes, folder: { fileCount, leftOut } }
}

/** A browser's own words say neither what nor why. */
function explainReading(error: unknown): never {
  if (!(error instanceof DOMException) || error.name === 'AbortError') throw error
  throw new PlatformError('source_invalid', `The browser could not read all of the folder (${error.name})`, {
    hint: 'Give it again; a file may have changed or gone meanwhile',
    cause: error,
  })
}

const invalid = (message: string, hint: string) => new PlatformError('source_invalid', message, { hint })

const tooLarge = (words: string) =>
  new PlatformError('source_too_large', `${words}, more than the ${formatBytes(mostArchiveBytes)} that are taken`, {
    hint: 'Leave out what the build does not need by .dockerignore, or send it with "berth deploy", which packs it smaller',
  })

/** As the server is told of it. */
export const describeChosen = ({ name, bytes, folder }: ChosenSource) => ({
  kind: 'archive' as const,
  name: name || 'files',
  sizeBytes: folder ? null : bytes.size,
})

/** What a name is proposed from: without the ending of an archive. */
export const bareNameOf = (name: string): string => name.replace(archiveEnding, '')
