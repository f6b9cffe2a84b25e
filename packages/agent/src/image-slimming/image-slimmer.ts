import { PlatformError, type SlimReport, type SlimRequest } from '@berth/contract'
import { type ImageDescription, type MachineEngine, type TrialEngine, trialImageName } from '@berth/engine'
import { withWorkFolder } from '../builds/work-folder.ts'
import type { Log } from '../log.ts'
import { createTurns } from '../turns.ts'
import { type MadeImage, makeSlimImage } from './make-slim-image.ts'
import { prove } from './proof/prove.ts'
import { isTranslatedIn } from './slim-rules.ts'

type Context = { signal: AbortSignal; emit(text: string): unknown }
export type SlimImage = (request: SlimRequest, context: Context) => Promise<SlimReport>

type Deps = {
  engine: TrialEngine
  publisher: Pick<MachineEngine, 'publishBuilt'>
  folder: string
  newId(): string
  log: Log
}

/** Makes images of this machine smaller, one after the other. What is not proven is gone when it ends, however it ends. */
export function imageSlimmer(deps: Deps): SlimImage {
  const { engine, folder, newId, log } = deps
  const turns = createTurns()

  return async (request, context) => {
    const original = await engine.describeImage(request.image, context.signal)
    if (!original) throw new PlatformError('image_not_found', `This machine has no image ${request.image}`)
    if (turns.areTaken()) context.emit('waiting for another image')
    return turns.take(context.signal, async () => {
      const id = newId()
      try {
        return await withWorkFolder(folder, `slim-${id}`, (work) =>
          slim({ original, name: trialImageName(id), work }, request, deps, context),
        )
      } finally {
        // What cannot be removed now is removed when the agent starts again.
        await engine.removeTrials().catch((error) => log.warn('trials_not_removed', { error }))
      }
    })
  }
}

type Place = { original: ImageDescription; name: string; work: string }

async function slim(
  { original, name, work }: Place,
  request: SlimRequest,
  { engine, publisher }: Deps,
  { signal, emit }: Context,
): Promise<SlimReport> {
  const { image, app, isAggressive } = request
  const rules = { isAggressive, isTranslated: isTranslatedIn(environmentOf(original, request)) }
  const made = await makeSlimImage({ image, original, name, app, rules }, { engine, folder: work, emit }, signal)
  const report = reportOf(original, made)
  if (!isWorthIt(report)) return report
  const proof = await prove({ original, slim: made.slim }, request, { engine, emit }, signal)
  if (proof.some(({ verdict }) => verdict === 'failed')) return { ...report, outcome: 'refused', proof }
  const onProgress = (text: string) => void emit(text)
  const published = await publisher.publishBuilt(made.slim.imageId, `127.0.0.1:5000/${app}`, { signal, onProgress })
  return { ...report, outcome: 'slimmed', image: published.image, proof }
}

/** As it will run: the app's own words after those of the image. */
const environmentOf = ({ config }: ImageDescription, { env }: SlimRequest): string[] => {
  const ofImage = ((config.Env as string[] | null | undefined) ?? []).filter(
    (line) => !Object.hasOwn(env, line.slice(0, Math.max(line.indexOf('='), 0))),
  )
  return [...ofImage, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
}

const reportOf = (original: ImageDescription, { slim: made, leftOut, squashedBytes }: MadeImage): SlimReport => ({
  ...{ outcome: 'not_worth_it', image: null, squashedBytes, leftOut, proof: [] },
  before: { sizeBytes: original.sizeBytes, layers: original.layers },
  after: { sizeBytes: made.sizeBytes, layers: made.layers },
})

const leastSavedBytes = 1024 ** 2
const leastSavedShare = 0.01

/** Layers are shared between images and one layer is not, so little that is saved would cost more than it brings. */
export const isWorthIt = ({ before, after }: Pick<SlimReport, 'before' | 'after'>): boolean =>
  before.sizeBytes - after.sizeBytes >= Math.max(leastSavedBytes, leastSavedShare * before.sizeBytes)
