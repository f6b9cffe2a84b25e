import { formatBytes, type ImageAnalysis, PlatformError } from '@berth/contract'
import type { LocalImage, MachineEngine } from '@berth/engine'
import { createTurns } from '../turns.ts'
import { analyseLayers } from './analyse-layers.ts'
import { readSavedImage } from './read-saved-image.ts'

type Context = { signal: AbortSignal; emit(text: string): unknown }
export type AnalyseImage = (image: string, context: Context) => Promise<ImageAnalysis>

const mostKept = 16

/** Analyses images of this machine, one after the other, and keeps the last ones: an image never changes. */
export function imageAnalyser({ engine }: { engine: Pick<MachineEngine, 'findImage' | 'saveImage'> }): AnalyseImage {
  // A Map keeps the order of insertion, so the first key was analysed longest ago.
  const kept = new Map<string, ImageAnalysis>()
  const turns = createTurns()

  async function read({ imageId, sizeBytes }: LocalImage, { signal, emit }: Context): Promise<ImageAnalysis> {
    emit(`reading ${formatBytes(sizeBytes)}`)
    const archive = await engine.saveImage(imageId, signal)
    const analysis = analyseLayers(imageId, await readSavedImage(archive, signal))
    kept.set(imageId, analysis)
    for (const oldest of [...kept.keys()].slice(0, -mostKept)) kept.delete(oldest)
    return analysis
  }

  return async (image, context) => {
    const found = await engine.findImage(image, context.signal)
    if (!found) throw notHere(image)
    const known = () => kept.get(found.imageId)
    if (!known() && turns.areTaken()) context.emit('waiting for another analysis')
    // Whoever waited may have waited for this very image.
    const analysis = known() ?? (await turns.take(context.signal, async () => known() ?? read(found, context)))
    return { ...analysis, image }
  }
}

const notHere = (image: string) => new PlatformError('image_not_found', `This machine has no image ${image}`)
