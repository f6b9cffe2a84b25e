/** Each message of gRPC is preceded by whether it is compressed, a byte, and by its length, four bytes. */
const headBytes = 5
/** Far above what BuildKit sends: a status with its log lines. */
const mostMessageBytes = 64 * 1024 ** 2

export function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** The messages of a stream, as they come. Throws where the last one is cut off. */
export async function* messagesIn(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = []
  let pendingBytes = 0
  for await (const piece of stream) {
    pending.push(piece)
    pendingBytes += piece.length
    for (;;) {
      if (pendingBytes < headBytes) break
      let all = pending.length === 1 ? (pending[0] as Buffer) : Buffer.concat(pending)
      const length = lengthOf(all)
      if (pendingBytes < headBytes + length) {
        pending = [all]
        break
      }
      yield all.subarray(headBytes, headBytes + length)
      all = all.subarray(headBytes + length)
      pending = [all]
      pendingBytes = all.length
    }
  }
  if (pendingBytes > 0) throw new Error('The engine ended in the middle of a message')
}

function lengthOf(head: Buffer): number {
  if (head[0] !== 0) throw new Error('The engine sent a compressed message, which was not asked for')
  const length = head.readUInt32BE(1)
  if (length > mostMessageBytes) throw new Error(`The engine sent a message of ${length} bytes`)
  return length
}
