import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { type TarEntry, untar } from '@berth/source'

/** The entries of a tar that may be compressed. */
export async function* tarEntries(bytes: AsyncIterable<Buffer>): AsyncGenerator<TarEntry, void> {
  const { head, all } = await peek(bytes, longestMagicBytes)
  const source = Readable.from(all, { objectMode: false })
  const unpacking = decompressionOf(head)
  yield* untar((sink) => (unpacking ? pipeline(source, unpacking, sink) : pipeline(source, sink)))
}

const longestMagicBytes = 4

/** Engines write layers as they are, or, from the store of containerd, as they were pulled. */
function decompressionOf(head: Buffer): Transform | undefined {
  if (head.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) return createGunzip()
  if (head.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))) return createZstdDecompress()
  return undefined
}

/** The first bytes, at least so many where there are, and all of them once more. */
export async function peek(
  bytes: AsyncIterable<Buffer>,
  count: number,
): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  const pieces = bytes[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  while (head.length < count) {
    const next = await pieces.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  async function* all() {
    if (head.length > 0) yield head
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value
  }
  return { head, all: all() }
}
