import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ImageDescription } from '@berth/engine'
import { labelName } from '@berth/engine'
import { pack } from 'tar-stream'

export type SlimLayer = {
  sizeBytes: number
  /** Of its bytes, as hexadecimal digits. */
  sha256: string
}

type Making = { app: string; image: string; createdAt: string }

/** All that the original says of itself, with one layer in place of its own. */
export function slimConfig(
  original: ImageDescription,
  { sha256 }: SlimLayer,
  { app, image, createdAt }: Making,
): string {
  const { architecture, os, variant, config } = original
  const Labels = { ...(config.Labels as object | null), [labelName.role]: 'image', [labelName.app]: app }
  return JSON.stringify({
    ...{ architecture, os, ...(variant ? { variant } : {}), created: createdAt },
    config: { ...config, Labels, Image: '' },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256}`] },
    history: [{ created: createdAt, created_by: `berth image slim of ${image}` }],
  })
}

/** How many bytes it has, and which. */
export async function measureLayer(layer: AsyncIterable<Buffer>): Promise<SlimLayer> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const piece of layer) {
    hash.update(piece)
    sizeBytes += piece.length
  }
  return { sizeBytes, sha256: hash.digest('hex') }
}

type Parts = { name: string; config: string; layer: SlimLayer; content: AsyncIterable<Buffer> }

/** An image as `docker save` writes it. `onFailure` is told when its content cannot be read to the end. */
export function packSlimImage({ name, config, layer, content }: Parts, onFailure: (error: unknown) => void): Readable {
  const archive = pack()
  const configName = `${createHash('sha256').update(config).digest('hex')}.json`
  const manifest = JSON.stringify([{ Config: configName, RepoTags: [name], Layers: ['layer.tar'] }])
  const fill = async () => {
    archive.entry({ name: 'manifest.json' }, manifest)
    archive.entry({ name: configName }, config)
    // The library's streams are not of Node's class, but keep its rules.
    const entry = archive.entry({ name: 'layer.tar', size: layer.sizeBytes }) as unknown as NodeJS.WritableStream
    await pipeline(content, entry)
    archive.finalize()
  }
  // Told once, by what fills it; unheard, it would end the process.
  archive.on('error', () => undefined)
  fill().catch((error) => {
    archive.destroy()
    onFailure(error)
  })
  return archive as unknown as Readable
}
