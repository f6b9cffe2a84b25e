import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { PlatformError } from '@berth/contract'
import { extract, type Headers } from 'tar-stream'
import { z } from 'zod'
import type { ImageLayer, ImageLayers, LayerFile } from './image-layers.ts'

const Manifest = z.array(z.object({ Config: z.string(), Layers: z.array(z.string()) })).min(1)
const Config = z.object({
  created: z.string().optional(),
  config: z.object({ User: z.string().optional() }).nullish(),
  history: z.array(z.object({ created_by: z.string().optional(), empty_layer: z.boolean().optional() })).default([]),
})

/** Smaller ones are duplicates of each other by chance, and there are many. */
const comparedBytes = 4 * 1024
const mostJsonBytes = 8 * 1024 ** 2

/** Reads what `docker save` writes, once, without keeping any content: engines of the old and of the OCI layout alike. */
export async function readSavedImage(archive: Readable, signal: AbortSignal): Promise<ImageLayers> {
  const documents = new Map<string, string>()
  const layers = new Map<string, LayerFile[]>()
  const links = new Map<string, string>()
  const outer = archive.pipe(extract())
  const stop = () => archive.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const entry of outer) {
      const { name, type, linkname } = entry.header
      if (type === 'symlink' && linkname) links.set(name, resolveLink(name, linkname))
      if (type === 'file') await readMember(name, entry, { documents, layers })
      else entry.resume()
    }
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', stop)
  }
  return assemble({ documents, layers, links })
}

type Members = { documents: Map<string, string>; layers: Map<string, LayerFile[]> }

/** A member is a document or a layer; blobs of the OCI layout do not say which, so their first byte does. */
async function readMember(name: string, content: Readable, { documents, layers }: Members): Promise<void> {
  const first = await firstPiece(content)
  const isDocument = first.length === 0 || first[0] === 0x7b || first[0] === 0x5b
  if (isDocument || name.endsWith('/VERSION')) documents.set(name, await readText(content))
  else layers.set(name, await readLayer(content))
}

/** Looks at the first bytes and puts them back. */
async function firstPiece(content: Readable): Promise<Buffer> {
  for (;;) {
    const piece = content.read() as Buffer | null
    if (piece) {
      content.unshift(piece)
      return piece
    }
    if (content.readableEnded) return Buffer.alloc(0)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    content.once('readable', () => resolve(true))
    content.once('end', () => resolve(false))
    if (!(await promise)) return Buffer.alloc(0)
  }
}

async function readText(content: Readable): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of content) {
    bytes += piece.length
    if (bytes > mostJsonBytes) throw new PlatformError('image_invalid', 'The image has a description of over 8 MiB')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

async function readLayer(content: Readable): Promise<LayerFile[]> {
  const files: LayerFile[] = []
  for await (const entry of content.pipe(extract())) {
    files.push(await readFile(entry.header, entry))
  }
  return files
}

async function readFile({ name, type, size = 0 }: Headers, content: Readable): Promise<LayerFile> {
  const path = name.replace(/^\.?\/+/, '').replace(/\/$/, '')
  if (type !== 'file') {
    content.resume()
    return { path, kind: type === 'directory' ? 'folder' : 'other', sizeBytes: 0 }
  }
  const isCompared = size >= comparedBytes
  const hash = createHash('sha256')
  for await (const piece of content) if (isCompared) hash.update(piece)
  return { path, kind: 'file', sizeBytes: size, hash: isCompared ? hash.digest('base64') : undefined }
}

function assemble({ documents, layers, links }: Members & { links: Map<string, string> }): ImageLayers {
  const manifest = parse(Manifest, documents.get('manifest.json'), 'manifest')[0]
  const config = parse(Config, documents.get(manifest?.Config ?? ''), 'configuration')
  const commands = config.history.filter(({ empty_layer }) => !empty_layer).map(({ created_by = '' }) => created_by)
  return {
    layers: (manifest?.Layers ?? []).map((name, i): ImageLayer => {
      // The old layout writes a layer that is there already as a link to it.
      const files = layers.get(name) ?? layers.get(links.get(name) ?? '') ?? []
      return { command: commands[i] ?? '', files }
    }),
    user: config.config?.User || null,
    createdAt: config.created ? new Date(config.created).toISOString() : null,
  }
}

const resolveLink = (name: string, target: string) => new URL(target, `file:///${name}`).pathname.slice(1)

function parse<Schema extends z.ZodType>(schema: Schema, text: string | undefined, what: string): z.output<Schema> {
  const parsed = schema.safeParse(text === undefined ? undefined : JSON.parse(text))
  if (parsed.success) return parsed.data
  throw new PlatformError('image_invalid', `The image has no ${what} that can be read`)
}
