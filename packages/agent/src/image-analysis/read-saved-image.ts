import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { Readable } from 'node:stream'
import { PlatformError } from '@berth/contract'
import type { TarEntry } from '@berth/source'
import { z } from 'zod'
import type { ImageLayer, ImageLayers, LayerFile } from './image-layers.ts'
import { peek, tarEntries } from './tar-entries.ts'

const Manifest = z.array(z.object({ Config: z.string(), Layers: z.array(z.string()) })).min(1)
const Config = z.object({
  created: z.string().nullish(),
  config: z.object({ User: z.string().optional(), Env: z.array(z.string()).nullish() }).nullish(),
  history: z.array(z.object({ created_by: z.string().optional(), empty_layer: z.boolean().optional() })).nullish(),
})

/** Smaller ones are duplicates of each other by chance, and there are many. */
const comparedBytes = 4 * 1024
const mostJsonBytes = 8 * 1024 ** 2
/** Of all layers: what is kept of so many takes some 300 MiB. */
const mostFiles = 1_000_000

/** Reads what `docker save` writes, once, without keeping any content: engines of the old and of the OCI layout alike. */
export async function readSavedImage(archive: Readable, signal: AbortSignal): Promise<ImageLayers> {
  const members: Members = { documents: new Map(), layers: new Map(), links: new Map(), files: 0 }
  // Whoever reads at that moment, at whatever depth, is told by the failure of what it reads from.
  const stop = () => archive.destroy(new Error('The analysis was stopped'))
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    for await (const entry of tarEntries(archive)) {
      const { name, type, linkname } = entry.header
      if (type === 'symlink' && linkname) members.links.set(name, posix.join(posix.dirname(name), linkname))
      if (type === 'file') await readMember(name, entry, members)
    }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof PlatformError) throw error
    throw new PlatformError('engine_failed', 'The image could not be read to its end', {
      hint: 'If it happens again, pull or build the image anew',
      cause: error,
    })
  } finally {
    signal.removeEventListener('abort', stop)
    archive.destroy()
  }
  return assemble(members)
}

type Members = {
  documents: Map<string, string>
  layers: Map<string, LayerFile[]>
  links: Map<string, string>
  files: number
}

/** A member is a document or a layer; blobs of the OCI layout do not say which. */
async function readMember(name: string, content: TarEntry, members: Members): Promise<void> {
  const { head, all } = await peek(content, 512)
  const startsAsJson = head[0] === 0x7b || head[0] === 0x5b
  // A tar may begin with a file named "[id].js"; its header tells.
  const isTar = head.subarray(257, 262).equals(Buffer.from('ustar'))
  if (head.length === 0 || isVersionOrNames(name) || (startsAsJson && !isTar)) {
    members.documents.set(name, await readText(all))
  } else members.layers.set(name, await readLayer(all, members))
}

const isVersionOrNames = (name: string) => /(^|\/)(VERSION|repositories)$/.test(name)

async function readText(content: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of content) {
    bytes += piece.length
    if (bytes > mostJsonBytes) throw new PlatformError('image_invalid', 'The image has a description of over 8 MiB')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

async function readLayer(content: AsyncIterable<Buffer>, members: Members) {
  const files: LayerFile[] = []
  for await (const entry of tarEntries(content)) {
    members.files += 1
    if (members.files > mostFiles) {
      throw new PlatformError('image_invalid', `The image has over ${mostFiles} files, which is more than is analysed`)
    }
    files.push(await readFile(entry))
  }
  return files
}

async function readFile(entry: TarEntry): Promise<LayerFile> {
  const { name, type, size = 0 } = entry.header
  const path = name.replace(/^\.?\/+/, '').replace(/\/$/, '')
  if (type === 'directory') return { path, kind: 'folder', sizeBytes: 0 }
  if (type !== 'file' && type !== 'contiguous-file') return { path, kind: 'other', sizeBytes: 0 }
  return { path, kind: 'file', sizeBytes: size, hash: size < comparedBytes ? undefined : await hashOf(entry) }
}

async function hashOf(content: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of content) hash.update(piece)
  return hash.digest('base64')
}

function assemble({ documents, layers, links }: Members): ImageLayers {
  const [manifest] = parse(Manifest, documents.get('manifest.json'), 'list of layers')
  const { config, created, history } = parse(Config, documents.get(manifest?.Config ?? ''), 'configuration')
  const instructions = (history ?? []).map(({ created_by = '', empty_layer = false }) => ({
    command: created_by,
    isEmpty: empty_layer,
  }))
  const commands = instructions.filter(({ isEmpty }) => !isEmpty)
  return {
    layers: (manifest?.Layers ?? []).map((name, i): ImageLayer => {
      // The old layout writes a layer that is there already as a link to it.
      const files = layers.get(name) ?? layers.get(links.get(name) ?? '')
      if (!files) throw new PlatformError('image_invalid', `Layer ${i + 1} of the image is missing`)
      return { command: commands[i]?.command ?? '', files }
    }),
    instructions,
    envNames: (config?.Env ?? []).map((line) => line.slice(0, Math.max(line.indexOf('='), 0))),
    user: config?.User || null,
    createdAt: timeOf(created),
  }
}

/** Images that are built to be the same each time say the year 0 or 1, or nothing. */
function timeOf(text: string | null | undefined): string | null {
  const time = new Date(text ?? '')
  return Number.isNaN(time.getTime()) || time.getTime() <= 0 ? null : time.toISOString()
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string | undefined, what: string): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  throw new PlatformError('image_invalid', `The image has no ${what} that can be read`)
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
