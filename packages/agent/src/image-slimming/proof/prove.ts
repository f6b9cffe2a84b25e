import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { PlatformError, type ProofLine, type SlimRequest } from '@berth/contract'
import type { ImageDescription, Trial, TrialEngine, TrialSpec } from '@berth/engine'
import { ProbeResult, type ProbeTask, probeTaskName } from '../probe/probe-messages.ts'
import { mayDifferByStart } from './compare.ts'
import { conditionsOf, isUp, judge, type Observed } from './judge.ts'

export type ProofEngine = Pick<
  TrialEngine,
  'createTrialNetwork' | 'startTrial' | 'waitForTrial' | 'removeTrial' | 'probe'
>
type Deps = { engine: ProofEngine; emit(text: string): unknown; workerWatchMs?: number }
type Images = { original: ImageDescription; slim: ImageDescription }

const probeProgram = fileURLToPath(new URL('../probe/main.ts', import.meta.url))
const deadlineMs = 120_000

/**
 * Starts the original and then the slim image, each alone on a network without a way out, and compares what they answer.
 * One after the other: they take no more memory than one instance, and neither can reach the other.
 */
export async function prove(
  { original, slim }: Images,
  request: SlimRequest,
  deps: Deps,
  signal: AbortSignal,
): Promise<ProofLine[]> {
  const network = await deps.engine.createTrialNetwork(signal)
  const look = (image: ImageDescription, words: string) => {
    deps.emit(words)
    return observe({ ...trialOf(request), image: image.imageId, network }, request, deps, signal)
  }
  const first = await look(original, 'starting the original')
  const other = isUp(first) ? await look(slim, 'starting the smaller image') : undefined
  const isDoubtful = first.kind === 'up' && other?.kind === 'up' && mayDifferByStart(first, other)
  const again = isDoubtful ? await look(original, 'starting the original once more') : undefined
  return [...judge({ original: first, slim: other, originalAgain: again }), ...conditionsOf(original)]
}

const trialOf = ({ app, command, env, cpuMillis, memoryBytes }: SlimRequest) => ({
  ...{ hostName: app, command, env, cpuMillis, memoryBytes },
})

async function observe(
  spec: TrialSpec,
  request: SlimRequest,
  { engine, workerWatchMs = 10_000 }: Deps,
  signal: AbortSignal,
): Promise<Observed> {
  const trial = await engine.startTrial(spec, signal)
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  try {
    const ended = engine.waitForTrial(trial.id, either).then((end): Observed => ({ kind: 'ended', end }))
    const seen =
      request.port === null
        ? runs(workerWatchMs, either)
        : probed(trial, { ...request, port: request.port, network: spec.network }, engine, either)
    // Whichever comes second is told to stop, and says so to nobody.
    for (const one of [ended, seen]) one.catch(() => undefined)
    return await Promise.race([ended, seen])
  } finally {
    over.abort(new Error('The look at the image is over'))
    await engine.removeTrial(trial.id)
  }
}

async function runs(watchedMs: number, signal: AbortSignal): Promise<Observed> {
  await delay(watchedMs, undefined, { signal })
  return { kind: 'runs', watchedMs }
}

type Probing = Pick<SlimRequest, 'host' | 'healthPath' | 'paths'> & { port: number; network: string }

async function probed(trial: Trial, probing: Probing, engine: ProofEngine, signal: AbortSignal): Promise<Observed> {
  const { host, healthPath, port, paths, network } = probing
  const asked = [...new Set(['/', ...(healthPath === null ? [] : [healthPath]), ...paths])]
  const task: ProbeTask = { address: trial.address, port, host, healthPath, deadlineMs, paths: asked }
  const env = { [probeTaskName]: JSON.stringify(task) }
  const printed = await engine.probe({ network, argv: ['node', probeProgram], env }, signal)
  const result = ProbeResult.safeParse(jsonOf(printed))
  if (result.success) return result.data
  throw new PlatformError('engine_failed', 'The probe of the app gave no answer that can be read')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
