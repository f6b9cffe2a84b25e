import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { addAbortSignal } from 'node:stream'
import { finished } from 'node:stream/promises'
import { PlatformError } from '@berth/contract'

const pieceBytes = 256 * 1024

type Sending = {
  request: IncomingMessage
  response: ServerResponse
  /** However slow it is, what moves is not ended; what stands still for so long is. */
  stallMs: number
}

/** Sends it from where it is asked for, as fast as it is taken. Throws once it is certain that it will not arrive whole. */
export async function sendFile(
  file: FileHandle,
  { request, response, stallMs }: Sending,
  signal: AbortSignal,
): Promise<void> {
  const { size } = await file.stat()
  const start = startOf(request, size)
  signal.throwIfAborted()
  addAbortSignal(signal, response)
  response.setTimeout(stallMs, () => response.destroy(new Error(`Nothing was taken for ${stallMs / 1_000} s`)))
  response.writeHead(start === undefined ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': size - (start ?? 0),
    ...(start === undefined ? {} : { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
    connection: 'close',
  })
  try {
    await sendPieces(file, { start: start ?? 0, end: size }, response)
  } catch (error) {
    throw response.errored ?? error
  }
}

/** Each in the same memory, once the network has taken the one before: with a stream of the file, most of a large one is garbage. */
async function sendPieces(file: FileHandle, { start, end }: { start: number; end: number }, response: ServerResponse) {
  const memory = Buffer.allocUnsafe(pieceBytes)
  for (let at = start; at < end; ) {
    const { bytesRead } = await file.read(memory, 0, Math.min(pieceBytes, end - at), at)
    if (bytesRead === 0) throw new Error('The file has become shorter while it was sent')
    await send(response, memory.subarray(0, bytesRead))
    at += bytesRead
  }
  response.end()
  await finished(response)
}

/** Resolves when the piece is needed no more. */
const send = (response: ServerResponse, piece: Buffer) =>
  new Promise<void>((resolve, reject) => {
    // Of a piece that comes between the end of the socket and that of the response, Node says nothing.
    const onClose = () => reject(new Error('Whoever asked has left'))
    response.once('close', onClose)
    response.write(piece, (error) => {
      response.off('close', onClose)
      if (error) reject(error)
      else resolve()
    })
  })

/** Only as agents ask for it: the rest from somewhere. */
function startOf({ headers }: IncomingMessage, sizeBytes: number): number | undefined {
  const asked = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1]
  if (asked === undefined || Number(asked) < sizeBytes) return asked === undefined ? undefined : Number(asked)
  throw new PlatformError('invalid_request', `There is nothing from byte ${asked} on: it has ${sizeBytes}`)
}
