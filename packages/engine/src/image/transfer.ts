import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** One line of what the engine tells while it pulls or pushes. */
export type TransferEvent = {
  id?: string
  status?: string
  error?: string
  errorDetail?: { message?: string }
  progressDetail?: { current?: number; total?: number }
  aux?: { Digest?: string }
}

type Layer = { currentBytes: number; totalBytes: number }

/** How far a transfer of several layers has come. Pure: feed it events, ask it for words. */
export function transferProgress(verb: string) {
  const layers = new Map<string, Layer>()
  return {
    add({ id, status, progressDetail }: TransferEvent) {
      if (!id || !isMoving(status)) return
      const before = layers.get(id)
      const totalBytes = Math.max(progressDetail?.total ?? 0, before?.totalBytes ?? 0)
      const isDone = status !== 'Downloading' && status !== 'Pushing'
      const currentBytes = isDone ? totalBytes : (progressDetail?.current ?? before?.currentBytes ?? 0)
      layers.set(id, { currentBytes: Math.min(currentBytes, totalBytes), totalBytes })
    },
    /** "pulling 12 of 48 MB", or nothing as long as no size is known. */
    words(): string | undefined {
      const known = [...layers.values()]
      const totalBytes = known.reduce((sum, layer) => sum + layer.totalBytes, 0)
      const currentBytes = known.reduce((sum, layer) => sum + layer.currentBytes, 0)
      return totalBytes > 0 ? `${verb} ${megabytes(currentBytes)} of ${megabytes(totalBytes)} MB` : undefined
    },
  }
}

const isMoving = (status = '') =>
  [
    'Downloading',
    'Download complete',
    'Verifying Checksum',
    'Extracting',
    'Pull complete',
    'Pushing',
    'Pushed',
  ].includes(status)

const megabytes = (bytes: number) => {
  const value = bytes / 1e6
  return value < 10 ? value.toFixed(1) : String(Math.round(value))
}

/** Follows a transfer to its end, reports changed words, and throws the engine's own words if it says that it failed. */
export async function followTransfer(
  stream: NodeJS.ReadableStream,
  options: {
    verb: string
    signal?: AbortSignal | undefined
    onProgress?: ((progress: string) => void) | undefined
    onEvent?: (event: TransferEvent) => void
  },
): Promise<{ failure: string | undefined }> {
  const { verb, signal, onProgress, onEvent } = options
  const progress = transferProgress(verb)
  let said: string | undefined
  let failure: string | undefined
  for await (const event of engineEvents<TransferEvent>(stream as Readable, signal)) {
    failure ??= event.errorDetail?.message ?? event.error
    onEvent?.(event)
    progress.add(event)
    const words = progress.words()
    if (words && words !== said) onProgress?.(words)
    said = words ?? said
  }
  return { failure }
}

/** What the engine tells while it works, a line of JSON each; throws when the signal aborts. */
export async function* engineEvents<Event>(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<Event> {
  const stop = () => stream.destroy(signal?.reason instanceof Error ? signal.reason : new Error('Stopped'))
  signal?.addEventListener('abort', stop, { once: true })
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim()) yield JSON.parse(line) as Event
    }
    // A destroyed stream ends the lines without an error.
    signal?.throwIfAborted()
    if (stream.errored) throw stream.errored
  } finally {
    signal?.removeEventListener('abort', stop)
    stream.destroy()
  }
}
