import { Transform, type TransformCallback } from 'node:stream'

/** Passes everything on and tells how much; throwing there ends the stream. */
export function countingStream(onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      try {
        onBytes(chunk.length)
        done(null, chunk)
      } catch (error) {
        done(error as Error)
      }
    },
  })
}
