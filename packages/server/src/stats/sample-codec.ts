import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ColumnName } from './measures.ts'
import type { SampleTable, Steps } from './sample-table.ts'

/** Of the 23 bits of a float's fraction: enough for 1 part in 2,000, and the rest would be noise that does not pack. */
const noiseBits = 13

/**
 * Columns one after the other as text: the names, then the first bytes of all values, then all second bytes and so on,
 * since those are alike. Packed, and written in base64, as both engines keep text alike.
 */
export function packTable({ columns }: SampleTable): string {
  const names = Object.keys(columns) as ColumnName[]
  const values = names.flatMap((name) => [...(columns[name] ?? [])])
  const head = Buffer.from(`${names.join(' ')}\n`, 'latin1')
  return deflateRawSync(Buffer.concat([head, toPlanes(values)])).toString('base64')
}

/** A column that is not known any more comes along; whoever reads takes those that they know. */
export function unpackTable(text: string, steps: Steps): SampleTable {
  const bytes = inflateRawSync(Buffer.from(text, 'base64'))
  const end = bytes.indexOf(10)
  const names = bytes.toString('latin1', 0, end).split(' ')
  const values = fromPlanes(bytes.subarray(end + 1))
  const columns = names.map((name, i) => [name, values.slice(i * steps.points, (i + 1) * steps.points)] as const)
  return { ...steps, columns: Object.fromEntries(columns) }
}

function toPlanes(values: readonly number[]): Buffer {
  const count = values.length
  const bits = new Uint32Array(Float32Array.from(values).buffer)
  const planes = Buffer.alloc(4 * count)
  for (let i = 0; i < count; i++) {
    const word = Number.isNaN(values[i]) ? notANumber : withoutNoise(bits[i] ?? 0)
    for (let plane = 0; plane < 4; plane++) planes[plane * count + i] = (word >>> (8 * plane)) & 0xff
  }
  return planes
}

function fromPlanes(planes: Buffer): Float32Array {
  const count = planes.length / 4
  const bits = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    let word = 0
    for (let plane = 3; plane >= 0; plane--) word = ((word << 8) | (planes[plane * count + i] ?? 0)) >>> 0
    bits[i] = word
  }
  return new Float32Array(bits.buffer)
}

const notANumber = 0x7fc00000

/** Rounded rather than cut; at worst it carries into the exponent, which is right as well. */
const withoutNoise = (word: number) => (((word + (1 << (noiseBits - 1))) >>> noiseBits) << noiseBits) >>> 0
