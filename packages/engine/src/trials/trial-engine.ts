import type { Readable } from 'node:stream'

/** An image of this machine, with all that is needed to make another one that starts in the same way. */
export type ImageDescription = {
  imageId: string
  /** Of all layers, unpacked. */
  sizeBytes: number
  layers: number
  architecture: string
  os: string
  variant: string | null
  /** Entrypoint, environment, user, volumes, stop signal ...: what the engine keeps, as it keeps it. */
  config: Readonly<Record<string, unknown>>
}

/** How an app's image is started to be looked at; as its instances are, but for the network. */
export type TrialSpec = {
  image: string
  network: string
  /** The same in each, as what an app answers may have it. */
  hostName: string
  command: readonly string[] | null
  env: Readonly<Record<string, string>>
  cpuMillis: number | null
  memoryBytes: number | null
}

export type Trial = { id: string; address: string }
export type TrialEnd = { exitCode: number; wasOutOfMemory: boolean; lastLines: string[] }

/** A program of Berth's own image on the network of a trial, which reaches nothing else. */
export type ProbeSpec = { network: string; argv: readonly string[]; env: Readonly<Record<string, string>> }

/**
 * Trials: containers of an image, on a network that leads nowhere, which nobody but a proof sees. All that this makes
 * carries `berth.role=trial` or the name `berth-trial`, and `removeTrials` ends all of it.
 */
export interface TrialEngine {
  /** Undefined where this machine has none of that name. */
  describeImage(image: string, signal?: AbortSignal): Promise<ImageDescription | undefined>
  /** Its file system as one tar, by a container that is never started. Whoever does not read it to its end destroys it. */
  flattenImage(imageId: string, signal?: AbortSignal): Promise<Readable>
  /** Takes an archive such as `docker save` writes, of one image named with `trialImageName`; answers with that name. */
  loadTrialImage(archive: Readable, name: string, signal?: AbortSignal): Promise<void>
  /** Bridge without a way out, also not to the machine itself; answers with its name. */
  createTrialNetwork(signal?: AbortSignal): Promise<string>
  startTrial(spec: TrialSpec, signal?: AbortSignal): Promise<Trial>
  /** When it ends by itself. */
  waitForTrial(id: string, signal?: AbortSignal): Promise<TrialEnd>
  removeTrial(id: string): Promise<void>
  /** What the program wrote on its standard output. Throws `engine_failed` when it failed. */
  probe(spec: ProbeSpec, signal?: AbortSignal): Promise<string>
  /** Also what an earlier agent did not live to remove, and therefore without a signal. Idempotent. */
  removeTrials(): Promise<void>
}

const trialRepository = 'berth-trial'
export const trialImageName = (id: string) => `${trialRepository}:${id}`
export const trialImages = { reference: [trialRepository] }
