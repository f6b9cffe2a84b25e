import { crc32, deflateRawSync } from 'node:zlib'

/** An entry of a zip made byte by byte, so that it can be wrong in every way that a library would refuse to write. */
export type TestZipEntry = {
  name: string | Buffer
  content?: string | Buffer
  /** Unix mode with the kind of file; 0 as from systems that have none. */
  mode?: number
  flags?: number
  method?: number
  crc?: number
  /** What the headers say instead of the truth. */
  claimedBytes?: number
  localName?: string
  extra?: Buffer
  hasDescriptor?: boolean
  isZip64?: boolean
}

export function makeZip(entries: readonly TestZipEntry[], { comment = '', entryCount = entries.length } = {}): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const made = makeEntry(entry, offset)
    locals.push(made.local)
    centrals.push(made.central)
    offset += made.local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entryCount, 8)
  end.writeUInt16LE(entryCount, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...locals, directory, end, Buffer.from(comment)])
}

function makeEntry(entry: TestZipEntry, offset: number): { local: Buffer; central: Buffer } {
  const { mode = 0o100644, method = 8, flags = 0, hasDescriptor = false, isZip64 = false } = entry
  const name = Buffer.from(entry.name)
  const localName = Buffer.from(entry.localName ?? name)
  const content = Buffer.from(entry.content ?? '')
  const packed = method === 8 ? deflateRawSync(content) : content
  const sizes = { packed: packed.length, real: entry.claimedBytes ?? content.length, crc: entry.crc ?? crc32(content) }
  const allFlags = flags | (hasDescriptor ? 8 : 0)
  const extra = Buffer.concat([isZip64 ? zip64Extra(sizes) : Buffer.alloc(0), entry.extra ?? Buffer.alloc(0)])

  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(20, 4)
  writeShared(local, 6, {
    flags: allFlags,
    method,
    ...(hasDescriptor ? { packed: 0, real: 0, crc: 0 } : sizes),
    isZip64,
  })
  local.writeUInt16LE(localName.length, 26)

  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE((3 << 8) | 30, 4)
  central.writeUInt16LE(20, 6)
  writeShared(central, 8, { flags: allFlags, method, ...sizes, isZip64 })
  central.writeUInt16LE(name.length, 28)
  central.writeUInt16LE(extra.length, 30)
  central.writeUInt32LE((mode << 16) >>> 0, 38)
  central.writeUInt32LE(offset, 42)

  const descriptor = Buffer.alloc(hasDescriptor ? 16 : 0)
  if (hasDescriptor) {
    descriptor.writeUInt32LE(0x08074b50, 0)
    descriptor.writeUInt32LE(sizes.crc, 4)
    descriptor.writeUInt32LE(sizes.packed, 8)
    descriptor.writeUInt32LE(sizes.real, 12)
  }
  return {
    local: Buffer.concat([local, localName, packed, descriptor]),
    central: Buffer.concat([central, name, extra]),
  }
}

type Shared = { flags: number; method: number; packed: number; real: number; crc: number; isZip64: boolean }

function writeShared(header: Buffer, at: number, { flags, method, packed, real, crc, isZip64 }: Shared): void {
  header.writeUInt16LE(flags, at)
  header.writeUInt16LE(method, at + 2)
  header.writeUInt16LE(0x6000, at + 4)
  header.writeUInt16LE(0x5a21, at + 6)
  header.writeUInt32LE(crc, at + 8)
  header.writeUInt32LE(isZip64 ? 0xffffffff : packed, at + 12)
  header.writeUInt32LE(isZip64 ? 0xffffffff : real, at + 16)
}

function zip64Extra({ real, packed }: { real: number; packed: number }): Buffer {
  const extra = Buffer.alloc(20)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(16, 2)
  extra.writeBigUInt64LE(BigInt(real), 4)
  extra.writeBigUInt64LE(BigInt(packed), 12)
  return extra
}
