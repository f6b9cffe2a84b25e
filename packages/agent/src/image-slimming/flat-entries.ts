import { PlatformError } from '@berth/contract'
import { tarEntries } from '../image-analysis/tar-entries.ts'

/** One path of an image whose layers are stacked already. */
export type FlatEntry = {
  /** Without a leading slash. */
  path: string
  kind: 'file' | 'folder' | 'link' | 'symlink' | 'other'
  sizeBytes: number
  /** Of a link: the path of the file that it is another name of; of a symlink: what is written in it. */
  target: string | null
}

/** What is kept of so many takes some 200 MiB. */
const mostFiles = 1_000_000

/** In their order in the tar; what is in them is passed over. */
export async function listEntries(tar: AsyncIterable<Buffer>): Promise<FlatEntry[]> {
  const entries: FlatEntry[] = []
  for await (const { header } of tarEntries(tar)) {
    if (entries.length >= mostFiles) {
      throw new PlatformError(
        'image_invalid',
        `The image has over ${mostFiles} files, which is more than is made smaller`,
      )
    }
    const { name, type, size = 0, linkname } = header
    const kind = kinds[type ?? ''] ?? 'other'
    const target = linkname ? (kind === 'link' ? plainPath(linkname) : linkname) : null
    entries.push({ path: plainPath(name), kind, sizeBytes: kind === 'file' ? size : 0, target })
  }
  return entries
}

const kinds: Record<string, FlatEntry['kind'] | undefined> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  link: 'link',
  symlink: 'symlink',
}

const plainPath = (name: string) => name.replace(/^\.?\/+/, '').replace(/\/$/, '')
