import { type Readable, Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl'
import type { RawEntry } from './archive-entry.ts'
import { entryFault } from './archive-fault.ts'
import { countingStream } from './counting-stream.ts'

const typeMask = 0o170000
const typeOfMode: Record<number, RawEntry['kind']> = { 0: 'file', 32768: 'file', 16384: 'folder', 40960: 'link' }
const utf8Flag = 0x800
const longestTargetBytes = 4096

type OnExpanded = (bytes: number) => void

/** The entries of a zip in the order of its directory, which is at the end of the file and tells all but the contents. */
export async function* readZipEntries(path: string, onExpanded: OnExpanded): AsyncGenerator<RawEntry> {
  // Names are decoded here: the library takes a backslash for a slash.
  const zip = await openPromise(path, { decodeStrings: false, autoClose: false })
  try {
    for await (const entry of zip.eachEntry()) yield await readEntry(zip, entry, onExpanded)
  } finally {
    zip.close()
  }
}

async function readEntry(zip: ZipFile, entry: Entry, onExpanded: OnExpanded): Promise<RawEntry> {
  const name = readName(entry)
  if (entry.isEncrypted()) throw entryFault(name, 'which is encrypted', 'Make the archive without a password')
  await checkLocalName(zip, entry, name)
  const mode = entry.externalFileAttributes >>> 16
  const kind = name.endsWith('/') ? 'folder' : (typeOfMode[mode & typeMask] ?? 'other')
  if (kind === 'folder' && entry.uncompressedSize > 0) throw entryFault(name, 'a folder with the content of a file')
  const open = () => openContent(zip, entry, { name, onExpanded })
  return {
    name,
    kind,
    sizeBytes: entry.uncompressedSize,
    mode,
    modifiedAtMs: entry.getLastModDate().getTime(),
    target: kind === 'link' ? await readTarget(entry, name, open) : null,
    open,
  }
}

/** Says in UTF-8 what says so, or what can be nothing else; the rest is in the characters of old DOS, as the format has it. */
function readName(entry: Entry): string {
  const raw = Buffer.from(entry.fileNameRaw)
  const isUtf8 = (entry.generalPurposeBitFlag & utf8Flag) !== 0
  if (isUtf8 || !raw.toString('utf8').includes('\ufffd')) {
    return getFileNameLowLevel(entry.generalPurposeBitFlag | utf8Flag, raw, entry.extraFields, true)
  }
  return getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields, true)
}

/** Two names for one content: what one program was shown another would not write. */
async function checkLocalName(zip: ZipFile, entry: Entry, name: string): Promise<void> {
  const local = await zip.readLocalFileHeaderPromise(entry)
  if (Buffer.compare(local.fileName, entry.fileNameRaw) === 0) return
  throw entryFault(
    name,
    `which has another name, ${JSON.stringify(local.fileName.toString('latin1'))}, where it begins`,
  )
}

type ContentOptions = { name: string; onExpanded: OnExpanded }

async function openContent(zip: ZipFile, entry: Entry, { name, onExpanded }: ContentOptions): Promise<Readable> {
  if (!entry.canDecodeFileData()) {
    throw entryFault(name, `packed in a way that Berth does not read (method ${entry.compressionMethod})`)
  }
  const content = await zip.openReadStreamPromise(entry)
  const checked = checksumStream(entry.crc32, name)
  // Either stream's failure is the failure of the one that is handed out.
  pipeline(content, countingStream(onExpanded), checked).catch((error) => checked.destroy(error))
  return checked
}

function checksumStream(expected: number, name: string): Transform {
  let sum = 0
  return new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      sum = crc32(chunk, sum)
      done(null, chunk)
    },
    flush: (done) =>
      done(sum === expected ? null : entryFault(name, 'whose content is damaged: its checksum is wrong')),
  })
}

async function readTarget(entry: Entry, name: string, open: () => Promise<Readable>): Promise<string> {
  if (entry.uncompressedSize > longestTargetBytes) throw entryFault(name, 'a link to an overlong path')
  const chunks: Buffer[] = []
  for await (const chunk of await open()) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
