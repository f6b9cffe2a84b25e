import { frames } from './frames.ts'
import type { InstanceLogLine } from './machine-engine.ts'

/** The engine cuts what a program writes into pieces of 16 KiB; put together again, a line may grow to this. */
export const maxLineBytes = 64 * 1024
const cutMark = ' … (line cut at 64 KiB)'
const newline = 0x0a

type Stream = InstanceLogLine['stream']
type Piece = { stream: Stream; at: string; text: Buffer; isLast: boolean }

/** Log lines from the engine's stream with timestamps: framed for ordinary containers, bare for those with a terminal. */
export async function* logLines(
  chunks: AsyncIterable<Buffer>,
  { isFramed }: { isFramed: boolean },
): AsyncGenerator<InstanceLogLine> {
  const unfinished = new Map<Stream, UnfinishedLine>()
  for await (const piece of isFramed ? framedPieces(chunks) : barePieces(chunks)) {
    const line = append(unfinished.get(piece.stream), piece)
    if (piece.isLast) {
      unfinished.delete(piece.stream)
      yield finish(piece.stream, line)
    } else {
      unfinished.set(piece.stream, line)
    }
  }
  for (const [stream, line] of unfinished) yield finish(stream, line)
}

type UnfinishedLine = { at: string; parts: Buffer[]; bytes: number; isCut: boolean }

function append(before: UnfinishedLine | undefined, { at, text }: Piece): UnfinishedLine {
  const line = before ?? { at, parts: [], bytes: 0, isCut: false }
  const room = maxLineBytes - line.bytes
  if (text.length > 0 && room > 0) line.parts.push(text.subarray(0, room))
  line.bytes += Math.min(text.length, room)
  line.isCut ||= text.length > room
  return line
}

function finish(stream: Stream, { at, parts, isCut }: UnfinishedLine): InstanceLogLine {
  const text = Buffer.concat(parts).toString('utf8').replace(/\r$/, '')
  return { stream, at, text: isCut ? text + cutMark : text }
}

/** Each frame holds one piece: a timestamp, a space, the text, and a newline if the line ends here. */
async function* framedPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  for await (const { stream, payload } of frames(chunks)) {
    const isLast = payload.at(-1) === newline
    yield { stream, isLast, ...splitTimestamp(isLast ? payload.subarray(0, -1) : payload) }
  }
}

async function* barePieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      yield { stream: 'stdout', isLast: true, ...splitTimestamp(rest.subarray(0, end)) }
      rest = rest.subarray(end + 1)
    }
  }
  if (rest.length > 0) yield { stream: 'stdout', isLast: true, ...splitTimestamp(rest) }
}

function splitTimestamp(piece: Buffer): { at: string; text: Buffer } {
  const spaceAt = piece.indexOf(' ')
  const written = new Date(piece.subarray(0, Math.max(spaceAt, 0)).toString('latin1'))
  if (Number.isNaN(written.getTime())) return { at: new Date(0).toISOString(), text: piece }
  return { at: written.toISOString(), text: piece.subarray(spaceAt + 1) }
}
