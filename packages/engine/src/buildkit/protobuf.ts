/** As much of protocol buffers as BuildKit's messages need: numbers, texts, bytes, messages and maps of texts. */
export type Field = { number: number; value: bigint | Buffer }

const varintType = 0
const fixed64Type = 1
const bytesType = 2
const fixed32Type = 5

/** The fields of a message in their order. Throws for what is none. */
export function readFields(message: Buffer): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++]
      if (byte === undefined) throw new Error('A message of BuildKit was cut off')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new Error('A number in a message of BuildKit does not end')
  }
  const bytes = (length: number) => {
    if (at + length > message.length) throw new Error('A message of BuildKit was cut off')
    at += length
    return message.subarray(at - length, at)
  }
  const readValue = (type: number) => {
    if (type === varintType) return varint()
    if (type === bytesType) return bytes(Number(varint()))
    if (type === fixed64Type || type === fixed32Type) return bytes(type === fixed64Type ? 8 : 4)
    throw new Error(`A message of BuildKit has a field of the unknown type ${type}`)
  }
  while (at < message.length) {
    const tag = Number(varint())
    fields.push({ number: tag >> 3, value: readValue(tag & 7) })
  }
  return fields
}

const lastOf = (fields: readonly Field[], number: number) => fields.findLast((field) => field.number === number)?.value

export const messagesOf = (fields: readonly Field[], number: number): Buffer[] =>
  fields.flatMap((field) => (field.number === number && Buffer.isBuffer(field.value) ? [field.value] : []))

export function messageOf(fields: readonly Field[], number: number): Buffer | undefined {
  const value = lastOf(fields, number)
  return Buffer.isBuffer(value) ? value : undefined
}

export const textOf = (fields: readonly Field[], number: number): string =>
  messageOf(fields, number)?.toString('utf8') ?? ''

export function numberOf(fields: readonly Field[], number: number): number {
  const value = lastOf(fields, number)
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0
}

export function mapOf(fields: readonly Field[], number: number): Map<string, string> {
  const entries = messagesOf(fields, number).map(readFields)
  return new Map(entries.map((entry) => [textOf(entry, 1), textOf(entry, 2)]))
}

/** A message, part by part. */
export const message = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts)

export function bytesField(number: number, value: Buffer | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value
  return Buffer.concat([varint((number << 3) | bytesType), varint(bytes.length), bytes])
}

export const numberField = (number: number, value: number): Buffer =>
  Buffer.concat([varint((number << 3) | varintType), varint(value)])

export const mapField = (number: number, values: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat(
    Object.entries(values).map(([key, value]) => bytesField(number, message(bytesField(1, key), bytesField(2, value)))),
  )

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = BigInt(value)
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}
