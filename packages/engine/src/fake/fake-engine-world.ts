import type { EngineWorld } from '../engine.suite.ts'
import { digestOf } from './fake-digest.ts'
import { fakeEngine } from './fake-engine.ts'

const publishTo = '127.0.0.1:5000/shop'

/** The fake as the suite wants it. */
export function fakeEngineWorld(): EngineWorld {
  const fake = fakeEngine()
  const missingImage = `registry.example.org/missing@${digestOf('missing')}`
  fake.missingImages.add(missingImage)
  fake.images.set('registry.example.org/app:latest', digestOf('app'))
  fake.localImages.add('local/app:1')
  return {
    engine: fake.engine,
    runnableImage: `registry.example.org/app@${digestOf('app')}`,
    missingImage,
    publishedImage: 'registry.example.org/app',
    localImage: 'local/app:1',
    publishTo,
    addForeignService: async (name) => void fake.foreignServices.add(name),
    hasForeignService: async (name) => fake.foreignServices.has(name),
    close: async () => undefined,
  }
}
