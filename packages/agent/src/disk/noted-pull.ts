import type { MachineEngine } from '@berth/engine'
import type { ImageLedger } from './image-ledger.ts'

type Deps = { engine: Pick<MachineEngine, 'findImage' | 'pullImage'>; ledger: Pick<ImageLedger, 'notePull'> }
type Options = { signal: AbortSignal; onProgress(progress: string): void }

/** Pulls an image, and notes whether it is here only because of that. */
export async function pullNoted(image: string, { engine, ledger }: Deps, options: Options): Promise<void> {
  const found = await engine.findImage(image, options.signal)
  await engine.pullImage(image, options)
  await ledger.notePull(image, { isNew: !found })
}
