import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StepImage } from '@berth/engine'
import { z } from 'zod'
import type { Log } from '../log.ts'

const Ledger = z.object({
  /** Images that builds made on their way, by id. */
  steps: z.record(z.string(), z.object({ app: z.string(), usedAtMs: z.number() })),
  /** Images from registries outside that were not here before Berth pulled them, by name with digest. */
  pulls: z.record(z.string(), z.object({ usedAtMs: z.number() })),
})
export type LedgerPage = z.infer<typeof Ledger>

/**
 * What Berth brought onto this machine where the engine does not tell it from what people did. What is not in here is
 * theirs: a ledger that was lost means that things stay, never that something goes.
 */
export interface ImageLedger {
  read(): LedgerPage
  noteStep(app: string, image: StepImage): Promise<void>
  /** `isNew`: it was not here before. */
  notePull(image: string, options: { isNew: boolean }): Promise<void>
  /** Drops what is not on the machine any more; what was noted since `lookedAtMs` may not have been there yet. */
  keepOnly(page: { imageIds: ReadonlySet<string>; names: ReadonlySet<string> }, lookedAtMs: number): Promise<void>
}

export async function openImageLedger(path: string, { now, log }: { now(): number; log: Log }): Promise<ImageLedger> {
  const page = await readPage(path, log)
  let writing = Promise.resolve()

  /** No build and no deployment fails for want of it. */
  function save(): Promise<void> {
    writing = writing
      .then(() => writePage(path, page))
      .catch((error: unknown) => log.warn('image_ledger_not_written', { error }))
    return writing
  }

  return {
    read: () => page,

    async noteStep(app, { imageId, isNew }) {
      const known = page.steps[imageId]
      if (!isNew && !known) return
      page.steps[imageId] = { app: known?.app ?? app, usedAtMs: now() }
      await save()
    },

    async notePull(image, { isNew }) {
      if (!isNew && !page.pulls[image]) return
      page.pulls[image] = { usedAtMs: now() }
      await save()
    },

    async keepOnly({ imageIds, names }, lookedAtMs) {
      const isGone =
        (there: ReadonlySet<string>) =>
        ([key, entry]: [string, { usedAtMs: number }]) =>
          !there.has(key) && entry.usedAtMs < lookedAtMs
      const steps = Object.entries(page.steps).filter(isGone(imageIds))
      const pulls = Object.entries(page.pulls).filter(isGone(names))
      if (steps.length + pulls.length === 0) return
      for (const [imageId] of steps) delete page.steps[imageId]
      for (const [image] of pulls) delete page.pulls[image]
      await save()
    },
  }
}

async function readPage(path: string, log: Log): Promise<LedgerPage> {
  try {
    return Ledger.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    const isFirst = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isFirst) log.warn('image_ledger_not_read', { error })
    return { steps: {}, pulls: {} }
  }
}

/** Never half written. */
async function writePage(path: string, page: LedgerPage): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.part`, JSON.stringify(page), { mode: 0o600 })
  await rename(`${path}.part`, path)
}
