const headerBytes = 8

export type Frame = { stream: 'stdout' | 'stderr'; payload: Buffer }

/** Takes the two streams of a container apart: a byte for the stream, three of nothing, four for the length. */
export async function* frames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    while (rest.length >= headerBytes) {
      const end = headerBytes + rest.readUInt32BE(4)
      if (rest.length < end) break
      yield { stream: rest[0] === 1 ? 'stdout' : 'stderr', payload: rest.subarray(headerBytes, end) }
      rest = rest.subarray(end)
    }
  }
}
