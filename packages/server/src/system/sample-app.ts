import type { AppStore } from '../apps/app-store.ts'
import type { ImageLooks } from '../images/image-looks.ts'

export const sampleApp = { name: 'hello', image: 'nginx:stable', port: 80 }

type Deps = { apps: Pick<AppStore, 'find'>; images: ImageLooks; now(): number }

/** A registry may take long to say no, and the page that asks should not wait for it. */
const patienceMs = 1_000
const keptMs = 300_000

/** Finds an app to try the platform with: where its image can be had and its name is free. */
export function sampleFinder({ apps, images, now }: Deps) {
  let isAtHand = false
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined

  async function look() {
    isAtHand = await images.inspect(sampleApp.image, AbortSignal.timeout(20_000)).then(
      () => true,
      () => false, // Whatever the reason, a person who is new here is better off without it.
    )
    lookedAtMs = now()
  }

  return async (): Promise<typeof sampleApp | null> => {
    if (now() - lookedAtMs > keptMs) {
      looking ??= look().finally(() => {
        looking = undefined
      })
      const { promise: enough, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, patienceMs)
      await Promise.race([looking, enough])
      clearTimeout(timer)
    }
    return isAtHand && !(await apps.find(sampleApp.name)) ? sampleApp : null
  }
}
