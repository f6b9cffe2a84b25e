import { Readable } from 'node:stream'
import type { SlimRequest } from '@berth/contract'
import type { ImageDescription, TrialEnd, TrialEngine, TrialSpec } from '@berth/engine'
import { type TestEntry, tarOf } from '../image-analysis/test-image.ts'
import { type ProbeResult, ProbeTask, probeTaskName } from './probe/probe-messages.ts'

export const aRequest: SlimRequest = {
  ...{ image: 'shop:1', app: 'shop', env: { A: 'b' }, command: null, port: 80, healthPath: '/up', host: 'shop.test' },
  ...{ cpuMillis: null, memoryBytes: 2 ** 28, paths: ['/x'], isAggressive: false },
}

/** What an image does when it is started; an `end` is told at once. */
export type Behaviour = { end?: TrialEnd; body?: string; failure?: string }

const anImage = (imageId: string, sizeBytes: number): ImageDescription => ({
  ...{ imageId, sizeBytes, layers: 3, architecture: 'amd64', os: 'linux', variant: null, config: {} },
})

/** Trials without an engine: the original is `shop:1`, and whatever is loaded is the slim one. */
export function fakeTrials(behaviours: { original?: Behaviour; slim?: Behaviour } = {}, entries: TestEntry[] = []) {
  const { original = {}, slim = {} } = behaviours
  const images = new Map([['shop:1', anImage('original', 100 * 2 ** 20)]])
  const started: TrialSpec[] = []
  const tasks: ProbeTask[] = []
  const running = new Set<string>()
  let removals = 0
  const behaviourOf = (id: string) => (id.startsWith('original') ? original : slim)
  const engine: TrialEngine = {
    describeImage: async (image) => images.get(image),
    flattenImage: async () => Readable.from([await tarOf(entries)], { objectMode: false }),
    async loadTrialImage(archive, name) {
      for await (const _ of archive);
      images.set(name, { ...anImage('slim', 60 * 2 ** 20), layers: 1 })
    },
    createTrialNetwork: async () => 'nowhere',
    async startTrial(spec, signal) {
      signal?.throwIfAborted()
      const id = `${spec.image}-${started.push(spec)}`
      running.add(id)
      return { id, address: id }
    },
    waitForTrial: (id, signal) => {
      const { end } = behaviourOf(id)
      return end ? Promise.resolve(end) : untilAborted(signal)
    },
    removeTrial: async (id) => void running.delete(id),
    async probe({ env }, signal) {
      const task = ProbeTask.parse(JSON.parse(env[probeTaskName] ?? ''))
      tasks.push(task)
      const { end, failure, body = 'hello' } = behaviourOf(task.address)
      if (end) return untilAborted(signal)
      return JSON.stringify(failure ? { kind: 'down', failure } : upWith(task, body.replace('$start', task.address)))
    },
    async removeTrials() {
      removals += 1
      running.clear()
      for (const name of images.keys()) if (name.startsWith('berth-trial')) images.delete(name)
    },
  }
  return { engine, images, started, tasks, running, removals: () => removals }
}

function upWith({ paths }: ProbeTask, body: string): ProbeResult {
  const answer = { kind: 'answer' as const, status: 200, contentType: 'text/plain', bodyBytes: 1, bodyHash: body }
  return { kind: 'up', afterMs: 10, answers: paths.map((path) => ({ path, first: answer, second: answer })) }
}

const untilAborted = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
