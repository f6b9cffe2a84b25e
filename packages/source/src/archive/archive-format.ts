import { open } from 'node:fs/promises'
import { archiveFault } from './archive-fault.ts'

export type ArchiveFormat = 'zip' | 'tar' | 'tar.gz'

const tarMagicOffset = 257
const headBytes = 512

/** By what the file holds: names lie. */
export async function readArchiveFormat(path: string): Promise<ArchiveFormat> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return archiveFormatOf(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}

export function archiveFormatOf(head: Buffer): ArchiveFormat {
  const starts = (...bytes: number[]) => bytes.every((byte, at) => head[at] === byte)
  if (starts(0x50, 0x4b, 3, 4) || starts(0x50, 0x4b, 5, 6)) return 'zip'
  if (starts(0x1f, 0x8b)) return 'tar.gz'
  if (head.subarray(tarMagicOffset, tarMagicOffset + 5).toString('latin1') === 'ustar') return 'tar'
  const hint = 'Berth reads zip, tar and tar.gz'
  if (head.length === 0) throw archiveFault('The archive is empty: a file of 0 bytes', { hint })
  const other = otherFormats.find(({ magic }) => starts(...magic))
  throw archiveFault(other ? `This is a ${other.name} archive` : 'This is no archive', { hint })
}

const otherFormats = [
  { name: '7z', magic: [0x37, 0x7a, 0xbc, 0xaf] },
  { name: 'rar', magic: [0x52, 0x61, 0x72, 0x21] },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
]
