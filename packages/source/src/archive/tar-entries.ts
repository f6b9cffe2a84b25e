import { createReadStream } from 'node:fs'
import { Readable, Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { Header } from 'tar-stream'
import type { RawEntry } from './archive-entry.ts'
import { archiveFault } from './archive-fault.ts'
import { countingStream } from './counting-stream.ts'
import { untar } from './untar.ts'

const blockBytes = 512

const kinds: Partial<Record<Header['type'], RawEntry['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  symlink: 'link',
  link: 'hardlink',
}

export type TarOptions = { isGzipped: boolean; onExpanded(bytes: number): void; signal?: AbortSignal }

/** The entries of a tar in their order. What is expanded is counted as a whole, so padding and headers are no way around a limit. */
export async function* readTarEntries(path: string, options: TarOptions): AsyncGenerator<RawEntry> {
  for await (const entry of untar((sink) => pumpTar(path, sink, options))) {
    yield readEntry(entry.header, async () => Readable.from(entry, { objectMode: false }))
  }
}

async function pumpTar(path: string, sink: NodeJS.WritableStream, options: TarOptions): Promise<void> {
  const { isGzipped, onExpanded, signal } = options
  const file = createReadStream(path)
  const [counted, ending] = [countingStream(onExpanded), endingStream()]
  if (isGzipped) await pipeline(file, createGunzip(), counted, ending, sink, { signal })
  else await pipeline(file, counted, ending, sink, { signal })
}

/** A tar closes with empty blocks; one that was cut off between two files does not. */
function endingStream(): Transform {
  let tail: Buffer = Buffer.alloc(0)
  return new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      tail = (chunk.length >= blockBytes ? chunk : Buffer.concat([tail, chunk])).subarray(-blockBytes)
      done(null, chunk)
    },
    flush(done) {
      const hasEnd = tail.every((byte) => byte === 0)
      done(hasEnd ? null : archiveFault('The archive was cut off: it has no end'))
    },
  })
}

function readEntry(header: Header, open: RawEntry['open']): RawEntry {
  const { name, type, size, mode, mtime, linkname } = header
  // Neither the library nor most others put the holes back.
  const isSparse = Object.keys(header.pax ?? {}).some((key) => key.startsWith('GNU.sparse'))
  const kind = isSparse ? 'other' : (kinds[type] ?? 'other')
  return {
    name,
    kind,
    sizeBytes: kind === 'file' ? size : 0,
    mode,
    modifiedAtMs: mtime.getTime(),
    target: linkname || null,
    open,
  }
}
