import { type Image, PlatformError } from '@berth/contract'

export interface ImageLooks {
  /** Aborting leaves; the look itself ends when the last who wanted it has left. */
  inspect(image: string, signal: AbortSignal): Promise<Image>
}

type Options = {
  look(image: string, signal: AbortSignal): Promise<Image>
  now(): number
  /** How long an answer is good, also that there is no such image. */
  keptMs?: number
  patienceMs?: number
  maxKept?: number
}

type Look = { answer: Promise<Image>; stop: AbortController; wantedBy: number; answeredAtMs: number | undefined }

/** One look for all who ask for the same image within some seconds: a name that is being typed asks no registry twice. */
export function imageLooks({ look, now, keptMs = 15_000, patienceMs = 25_000, maxKept = 200 }: Options): ImageLooks {
  // A Map keeps the order of insertion, so the first key is the look that began longest ago.
  const looks = new Map<string, Look>()

  const isStale = ({ answeredAtMs }: Look) => answeredAtMs !== undefined && now() - answeredAtMs > keptMs

  function begin(image: string): Look {
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(patienceMs)])
    const begun: Look = { answer: look(image, signal), stop, wantedBy: 0, answeredAtMs: undefined }
    const answered = () => {
      begun.answeredAtMs = now()
    }
    begun.answer.then(answered, (error: unknown) => {
      answered()
      if (!isOfTheImage(error) && looks.get(image) === begun) looks.delete(image)
    })
    looks.set(image, begun)
    for (const oldest of looks.keys()) {
      if (looks.size <= maxKept) break
      looks.delete(oldest)
    }
    return begun
  }

  function find(image: string): Look {
    const found = looks.get(image)
    if (found && !isStale(found) && !found.stop.signal.aborted) return found
    looks.delete(image)
    return begin(image)
  }

  async function inspect(image: string, signal: AbortSignal): Promise<Image> {
    signal.throwIfAborted()
    const wanted = find(image)
    wanted.wantedBy += 1
    const { promise: left, reject } = Promise.withResolvers<never>()
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([wanted.answer, left])
    } finally {
      signal.removeEventListener('abort', onAbort)
      wanted.wantedBy -= 1
      if (wanted.wantedBy === 0 && wanted.answeredAtMs === undefined)
        wanted.stop.abort(new Error('Nobody waits for it'))
    }
  }

  return { inspect }
}

/** An engine that was away, or a look that was given up, says nothing of the image. */
const isOfTheImage = (error: unknown) => error instanceof PlatformError && error.code.startsWith('image_')
