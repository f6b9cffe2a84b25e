import { createReadStream, createWriteStream } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { formatBytes, type Leftover, PlatformError } from '@berth/contract'
import type { ImageDescription, TrialEngine } from '@berth/engine'
import { listEntries } from './flat-entries.ts'
import { measureLayer, packSlimImage, slimConfig } from './slim-archive.ts'
import { planSlim, type SlimPlan } from './slim-plan.ts'
import type { SlimRules } from './slim-rules.ts'
import { withoutEntries } from './tar-filter.ts'

type Deps = {
  engine: Pick<TrialEngine, 'flattenImage' | 'loadTrialImage' | 'describeImage'>
  /** On the disk that the engine's images are on; what is put there is removed with it. */
  folder: string
  emit(text: string): unknown
}

export type SlimImageWork = { image: string; original: ImageDescription; name: string; app: string; rules: SlimRules }
export type MadeImage = { slim: ImageDescription; leftOut: Leftover[]; squashedBytes: number }

/** Makes the slim image on this machine, under a name of a trial. What it holds at a time is a piece of a file. */
export async function makeSlimImage(
  { image, original, name, app, rules }: SlimImageWork,
  { engine, folder, emit }: Deps,
  signal: AbortSignal,
): Promise<MadeImage> {
  await checkDisk(folder, original.sizeBytes)
  emit(`reading ${formatBytes(original.sizeBytes)}`)
  const file = join(folder, 'flat.tar')
  await pipeline(await engine.flattenImage(original.imageId, signal), createWriteStream(file), { signal })
  const plan = planSlim(await listEntries(createReadStream(file, { signal })), rules)

  emit('putting the smaller image together')
  const read = () => slimmed(file, plan, signal)
  const layer = await measureLayer(read())
  const config = slimConfig(original, layer, { app, image, createdAt: new Date().toISOString() })
  const broken = new AbortController()
  const archive = packSlimImage({ name, config, layer, content: read() }, (error) => broken.abort(error))
  await engine.loadTrialImage(archive, name, AbortSignal.any([signal, broken.signal]))
  const slim = await engine.describeImage(name, signal)
  if (!slim) throw new PlatformError('engine_failed', 'The engine took the smaller image, but does not have it')
  const squashedBytes = Math.max(original.sizeBytes - plan.flatBytes, 0)
  return { slim, leftOut: plan.leftOut, squashedBytes }
}

const slimmed = (file: string, plan: SlimPlan, signal: AbortSignal) =>
  withoutEntries(createReadStream(file, { signal, highWaterMark: 1024 ** 2 }), plan)

/** The tar, the engine's copy of it and the image itself, and room for what else runs. */
export const neededBytes = (imageBytes: number) => 3 * imageBytes + 1024 ** 3

async function checkDisk(folder: string, imageBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const freeBytes = bavail * bsize
  if (freeBytes >= neededBytes(imageBytes)) return
  const needed = formatBytes(neededBytes(imageBytes))
  throw new PlatformError(
    'engine_failed',
    `The machine has ${formatBytes(freeBytes)} of disk left; this needs ${needed}`,
    {
      hint: 'Make room on it, or let the app run on another machine',
    },
  )
}
