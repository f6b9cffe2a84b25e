import type { VerbOutput, removeImages as verb } from '@berth/contract'
import type { MachineEngine } from '@berth/engine'
import type { Log } from '../log.ts'
import { type LookDeps, listOwn } from './disk-look.ts'
import type { Owned } from './own-images.ts'

export type RemovalDeps = Pick<LookDeps, 'ledger' | 'now'> & {
  engine: LookDeps['engine'] & Pick<MachineEngine, 'removeImage'>
  log: Log
}

/** Of these, what is Berth's and not in use at this moment, in the order given. */
export async function removeImages(
  imageIds: readonly string[],
  deps: RemovalDeps,
  signal: AbortSignal,
): Promise<VerbOutput<typeof verb>> {
  const { own } = await listOwn(deps, signal)
  const byId = new Map(own.map((image) => [image.imageId, image]))
  const outcome: VerbOutput<typeof verb> = { removed: [], kept: [] }
  for (const imageId of imageIds) {
    signal.throwIfAborted()
    const reason = await removeOne(byId.get(imageId), deps.engine, signal)
    if (reason === undefined) outcome.removed.push(imageId)
    else outcome.kept.push({ imageId, reason })
  }
  deps.log.info('images_removed', { removed: outcome.removed.length, kept: outcome.kept })
  return outcome
}

/** Why it stays, or undefined once it is gone. */
async function removeOne(
  found: Owned | undefined,
  engine: Pick<MachineEngine, 'removeImage'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!found) return 'it is not Berth’s, or has a name that somebody else gave it'
  if (found.isUsed) return 'something uses it'
  // By its names, so that one that somebody gives it at this moment keeps it.
  const names = [...found.image.tags, ...found.names]
  for (const reference of names.length > 0 ? names : [found.imageId]) {
    const answer = await engine.removeImage(reference, signal)
    if (!answer.isRemoved) return answer.reason
  }
  return undefined
}
