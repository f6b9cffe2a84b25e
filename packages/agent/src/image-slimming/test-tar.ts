import { aFile, type TestEntry, tarOf } from '../image-analysis/test-image.ts'

/** Net admin and setuid, whose bits are no UTF-8. */
export const capability = Buffer.from('0100000280100000000000000000000000000000', 'hex')

export const endBytes = 1024
const dated = (entry: TestEntry) => ({ ...entry, mtime: new Date(1e12) })

/** Entries of a tar without its end, to be joined with others. */
export const piecesOf = async (entries: TestEntry[]) => (await tarOf(entries.map(dated))).subarray(0, -endBytes)
export const joined = (...pieces: Buffer[]) => Buffer.concat([...pieces, Buffer.alloc(endBytes)])

/** What the tar library cannot write: a record whose value is no text. It is about the entry that follows. */
export async function attributes(value: Buffer): Promise<Buffer> {
  const record = Buffer.concat([Buffer.from('SCHILY.xattr.security.capability='), value, Buffer.from('\n')])
  const pax = Buffer.concat([Buffer.from(`${record.length + 3} `), record])
  const tar = await piecesOf([aFile('PaxHeaders/program', pax)])
  tar.write('x', 156)
  tar.write(' '.repeat(8), 148)
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return tar
}
