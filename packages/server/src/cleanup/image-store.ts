import { PlatformError } from '@berth/contract'
import type { StoreDeps } from '../database/database.ts'
import type { ReleaseRow, ReleaseService } from '../releases/release-store.ts'
import type { ReleasedImages } from './image-needs.ts'

/** Which images the database knows of, by name with digest, and which of them were removed to make room. */
export interface ImageStore {
  /** Of all releases; or of one app's, and of those of other apps that use images of its repository. */
  listReleased(app?: string): Promise<ReleasedImages[]>
  /** Of builds that ended well since, and of those that are still to be deployed. */
  listBuilt(sinceMs: number): Promise<string[]>
  /** Before they are removed, so that a release without an image is never taken for one that has it. */
  markRemoved(images: readonly { app: string; image: string }[]): Promise<void>
  /** They are there again. */
  unmarkRemoved(app: string, images: readonly string[]): Promise<void>
  listRemoved(app: string): Promise<ReadonlySet<string>>
}

export function imageStore({ database: { db }, now }: Pick<StoreDeps, 'database' | 'now'>): ImageStore {
  const listReleased: ImageStore['listReleased'] = async (app) => {
    let query = db.selectFrom('releases').select(['app', 'version', 'services'])
    if (app !== undefined) {
      query = query.where(({ or, eb }) => or([eb('app', '=', app), eb('services', 'like', `%127.0.0.1:5000/${app}@%`)]))
    }
    return (await query.execute()).map(({ services, ...release }) => ({
      ...release,
      images: (JSON.parse(services) as ReleaseService[]).map(({ imageDigest }) => imageDigest),
    }))
  }

  const listBuilt: ImageStore['listBuilt'] = async (sinceMs) => {
    const built = db.selectFrom('builds').select('images').where('state', '=', 'succeeded')
    const recent = built.where(({ or, and, eb }) =>
      or([eb('finishedAtMs', '>=', sinceMs), and([eb('deploy', 'is not', null), eb('deploymentId', 'is', null)])]),
    )
    return (await recent.execute()).flatMap(({ images }) =>
      (JSON.parse(images) as { image: string }[]).map(({ image }) => image),
    )
  }

  const markRemoved: ImageStore['markRemoved'] = async (images) => {
    for (const { app, image } of images) {
      const insert = db.insertInto('removedImages').values({ app, image, removedAtMs: now() })
      await insert.onConflict((conflict) => conflict.doNothing()).execute()
    }
  }

  const unmarkRemoved: ImageStore['unmarkRemoved'] = async (app, images) => {
    if (images.length === 0) return
    await db.deleteFrom('removedImages').where('app', '=', app).where('image', 'in', images).execute()
  }

  const listRemoved: ImageStore['listRemoved'] = async (app) => {
    const found = await db.selectFrom('removedImages').select('image').where('app', '=', app).execute()
    return new Set(found.map(({ image }) => image))
  }

  return { listReleased, listBuilt, markRemoved, unmarkRemoved, listRemoved }
}

export const hasImage = ({ services }: Pick<ReleaseRow, 'services'>, removed: ReadonlySet<string>): boolean =>
  services.every(({ imageDigest }) => !removed.has(imageDigest))

export const noImage = ({ app, version }: Pick<ReleaseRow, 'app' | 'version'>) =>
  new PlatformError(
    'release_has_no_image',
    `The image of v${version} of ${app} was removed to make room on the disks`,
    {
      hint: `berth releases ${app} shows which have one; to come back to this one, build or deploy its image again`,
    },
  )
