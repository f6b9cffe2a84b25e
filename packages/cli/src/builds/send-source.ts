import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { type Build, formatBytes, uploadSource } from '@berth/contract'
import { countingStream, packFolder, planPacking } from '@berth/source'
import type { Context } from '../command.ts'
import { cutText } from '../terminal/text-width.ts'
import type { SourceArgument } from './source-argument.ts'

type OnProgress = (doneBytes: number, totalBytes: number) => void

/** A source that was looked at and can be sent: what is wrong with it is known before a build is asked for. */
export type ReadySource = { send(build: Build, context: Context): Promise<Build> }

export async function readySource(source: SourceArgument, signal: AbortSignal): Promise<ReadySource> {
  if (source.kind === 'git') return { send: async (build) => build }
  if (source.kind === 'archive') {
    const { path, sizeBytes } = source
    const open = (onProgress: OnProgress) => {
      let doneBytes = 0
      const counted = countingStream((bytes) => {
        doneBytes += bytes
        onProgress(doneBytes, sizeBytes)
      })
      return createReadStream(path).pipe(counted)
    }
    return { send: (build, context) => upload(build, { open, sizeBytes }, context) }
  }
  const plan = await planPacking(source.path, { signal })
  const open = (onProgress: OnProgress) =>
    packFolder(plan, { signal, onProgress: ({ readBytes, totalBytes }) => onProgress(readBytes, totalBytes) })
  return { send: (build, context) => upload(build, { open }, context) }
}

type Bytes = { open(onProgress: OnProgress): Readable; sizeBytes?: number }

/** The server ends a build whose upload breaks off. */
async function upload({ app, id }: Build, { open, sizeBytes }: Bytes, context: Context): Promise<Build> {
  const progress = uploadLine(context)
  try {
    const body = Readable.toWeb(open(progress.show)) as ReadableStream<Uint8Array>
    return await context.call(uploadSource, { params: { app, buildId: id } }, { upload: { body, sizeBytes } })
  } finally {
    progress.end()
  }
}

const drawEveryMs = 100

/** One line that is drawn over; for a log file, one line at the end. */
function uploadLine({ terminal, print, now }: Context) {
  const startedAtMs = now()
  let drawnAtMs = 0
  let words = ''
  return {
    show(doneBytes: number, totalBytes: number) {
      words = `Sending the source: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`
      if (!terminal.isLive || now() - drawnAtMs < drawEveryMs) return
      drawnAtMs = now()
      terminal.write(`\r${cutText(words, terminal.width())}\u001b[K`)
    },
    end() {
      if (terminal.isLive) terminal.write('\r\u001b[K')
      if (words) print(`${words} in ${((now() - startedAtMs) / 1000).toFixed(1)} s`)
    },
  }
}
