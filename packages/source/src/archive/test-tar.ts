/** An entry of a tar made byte by byte, so that it can be wrong in every way that a library would refuse to write. */
export type TestTarEntry = {
  name: string | Buffer
  content?: string | Buffer
  /** As in the format: 0 file, 1 hard link, 2 symbolic link, 3 and 4 devices, 5 folder, 6 fifo, x and g attributes. */
  type?: string
  target?: string
  mode?: number
  claimedBytes?: number
  checksum?: number
  /** Attributes that come before the entry and overrule it. */
  pax?: Record<string, string>
}

const blockBytes = 512

export function makeTar(entries: readonly TestTarEntry[], { hasEnd = true } = {}): Buffer {
  const end = Buffer.alloc(hasEnd ? 2 * blockBytes : 0)
  return Buffer.concat([...entries.flatMap(makeEntry), end])
}

function makeEntry({ pax, ...entry }: TestTarEntry): Buffer[] {
  const { content = '', type = '0' } = entry
  const body = Buffer.from(content)
  const padding = Buffer.alloc((blockBytes - (body.length % blockBytes)) % blockBytes)
  const own = [makeHeader({ ...entry, type }, body.length), body, padding]
  return pax ? [...makeEntry({ name: 'attributes', type: 'x', content: makePax(pax) }), ...own] : own
}

function makeHeader({ name, type = '0', target = '', mode = 0o644, ...wrong }: TestTarEntry, size: number): Buffer {
  const header = Buffer.alloc(blockBytes)
  Buffer.from(name).copy(header, 0, 0, 100)
  header.write(mode.toString(8).padStart(7, '0'), 100)
  header.write('0000000\x000000000', 108)
  header.write((wrong.claimedBytes ?? size).toString(8).padStart(11, '0'), 124)
  header.write('14000000000', 136)
  header.write(type, 156)
  header.write(target, 157)
  header.write('ustar\x0000', 257, 'latin1')
  header.fill(' ', 148, 156)
  const checksum = wrong.checksum ?? header.reduce((sum, byte) => sum + byte, 0)
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** Each line begins with its own length, which counts itself. */
function makePax(attributes: Record<string, string>): string {
  return Object.entries(attributes)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`
      const bytes = Buffer.byteLength(rest)
      const digits = String(bytes + String(bytes).length).length
      return `${bytes + digits}${rest}`
    })
    .join('')
}
