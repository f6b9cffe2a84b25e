import type { PlannedEntry } from './folder-plan.ts'

const blockBytes = 512
/** A browser does not tell which files may be executed, so all may, as when Docker packs on Windows. */
const mode = 0o755

/** A tar of what was planned. Its files stay where they are and are read while it is sent. */
export function packTar(entries: readonly PlannedEntry[]): Blob {
  const parts: BlobPart[] = entries.flatMap((entry) => {
    const { file, sizeBytes } = entry
    return [...headersOf(entry), ...(file ? [file, padding(sizeBytes)] : [])]
  })
  return new Blob([...parts, new Uint8Array(2 * blockBytes)], { type: 'application/x-tar' })
}

const encoder = new TextEncoder()

function headersOf({ path, sizeBytes, file }: PlannedEntry): Uint8Array<ArrayBuffer>[] {
  const name = encoder.encode(file ? path : `${path}/`)
  const modifiedAtMs = Math.max(file?.lastModified ?? 0, 0)
  const own = header({ name, sizeBytes, modifiedAtMs, type: file ? '0' : '5' })
  const isPlain = name.length <= nameBytes && name.length === (file ? path : `${path}/`).length
  if (isPlain) return [own]
  // What does not fit, or is no ASCII, stands in an entry of its own before it.
  const record = paxRecord('path', name)
  const before = header({ name: encoder.encode('path'), sizeBytes: record.length, modifiedAtMs, type: 'x' })
  return [before, record, padding(record.length), own]
}

/** "<length> path=<name>\n", whose length counts its own digits. */
function paxRecord(key: string, value: Uint8Array): Uint8Array<ArrayBuffer> {
  const restBytes = key.length + value.length + 3
  let lengthBytes = restBytes + String(restBytes).length
  if (String(lengthBytes).length > String(restBytes).length) lengthBytes = restBytes + String(lengthBytes).length
  const record = new Uint8Array(lengthBytes)
  const start = encoder.encode(`${lengthBytes} ${key}=`)
  record.set(start)
  record.set(value, start.length)
  record[lengthBytes - 1] = 0x0a
  return record
}

const nameBytes = 100

type Header = { name: Uint8Array; sizeBytes: number; modifiedAtMs: number; type: '0' | '5' | 'x' }

/** Fields and their places as POSIX has them (ustar). */
function header({ name, sizeBytes, modifiedAtMs, type }: Header): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(blockBytes)
  const put = (at: number, text: string) => block.set(encoder.encode(text), at)
  block.set(name.subarray(0, nameBytes))
  put(100, octal(mode, 8))
  put(108, octal(0, 8))
  put(116, octal(0, 8))
  put(124, octal(sizeBytes, 12))
  put(136, octal(Math.floor(modifiedAtMs / 1000), 12))
  put(148, ' '.repeat(8))
  put(156, type)
  put(257, 'ustar\u000000')
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(148, `${octal(sum, 7)} `)
  return block
}

/** So wide that the last place is left for the end of the field. */
const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`

const padding = (bytes: number) => new Uint8Array((blockBytes - (bytes % blockBytes)) % blockBytes)
