import { PlatformError } from '@berth/contract'

const blockBytes = 512
/** Of a long name or of extended attributes; nothing real comes near. */
const mostExtensionBytes = 1024 ** 2

/**
 * A tar without some of its entries, the others byte for byte as they are. Not by reading and writing each anew: the tar
 * library takes the values of PAX records for UTF-8, which breaks the capabilities of a program.
 */
export async function* withoutEntries(
  tar: AsyncIterable<Buffer>,
  { isLeftOut, entries }: { isLeftOut(index: number): boolean; entries: number },
): AsyncGenerator<Buffer, void> {
  const bytes = byteReader(tar)
  let index = 0
  let extensions = none
  for (let header = await bytes.take(blockBytes); !isEmpty(header); header = await bytes.take(blockBytes)) {
    const type = String.fromCharCode(header[156] ?? 0)
    if ('xgLKNX'.includes(type)) {
      extensions = await withExtension(extensions, { header, type }, bytes)
      continue
    }
    const length = hasContent(type) ? padded(extensions.sizeBytes ?? sizeIn(header)) : 0
    if (isLeftOut(index)) await bytes.skip(length)
    else {
      yield* extensions.blocks
      yield header
      yield* bytes.pass(length)
    }
    index += 1
    extensions = none
  }
  await bytes.close()
  // What was decided upon by place must be what is there.
  if (index !== entries) throw new Error(`The tar has ${index} entries and not ${entries}`)
  yield Buffer.alloc(2 * blockBytes)
}

/** What stands before an entry and belongs to it: long names, attributes, a size that is too large for its header. */
type Extensions = { blocks: Buffer[]; sizeBytes: number | undefined }
const none: Extensions = { blocks: [], sizeBytes: undefined }

async function withExtension(
  { blocks, sizeBytes }: Extensions,
  { header, type }: { header: Buffer; type: string },
  bytes: ByteReader,
): Promise<Extensions> {
  const length = sizeIn(header)
  if (length > mostExtensionBytes)
    throw new PlatformError('image_invalid', 'A file of the image has over 1 MiB of names')
  const content = await bytes.take(padded(length))
  const [, size] = type === 'x' ? (/(?:^|\n)\d+ size=(\d+)\n/.exec(content.toString('latin1')) ?? []) : []
  return { blocks: [...blocks, header, content], sizeBytes: size === undefined ? sizeBytes : Number(size) }
}

/** Folders, links, devices and pipes have none, whatever size they say. */
const hasContent = (type: string) => !'123456'.includes(type)
const padded = (length: number) => Math.ceil(length / blockBytes) * blockBytes
const isEmpty = (header: Buffer) => header.length === 0 || header.every((byte) => byte === 0)

/** Octal digits, or, where those are too few, a number of 11 bytes after a first one of 0x80. */
function sizeIn(header: Buffer): number {
  const field = header.subarray(124, 136)
  if (field[0] === 0x80) return Number(field.readBigUInt64BE(4))
  return Number.parseInt(field.toString('latin1').replaceAll('\0', ' ').trim() || '0', 8)
}

type ByteReader = ReturnType<typeof byteReader>

function byteReader(source: AsyncIterable<Buffer>) {
  const pieces = source[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)

  async function* pass(length: number): AsyncGenerator<Buffer, void> {
    for (let left = length; left > 0; ) {
      if (rest.length === 0) {
        const next = await pieces.next()
        if (next.done) throw new PlatformError('engine_failed', 'The files of the image end too early')
        rest = next.value
      }
      const piece = rest.subarray(0, left)
      rest = rest.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }
  async function take(length: number): Promise<Buffer> {
    const taken: Buffer[] = []
    for await (const piece of pass(length)) taken.push(piece)
    return Buffer.concat(taken)
  }
  async function skip(length: number): Promise<void> {
    for await (const _ of pass(length));
  }
  async function close(): Promise<void> {
    await pieces.return?.()
  }
  return { pass, take, skip, close }
}
