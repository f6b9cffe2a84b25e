import { PlatformError } from '@berth/contract'

/**
 * Each hash takes 32 MiB and a fifth of a second of a processor, so only two are made at once: one for those who are known
 * (signed in, or back at an address where they were before) and one for everyone else. A flood of strangers then costs
 * neither the memory of the machine nor the owner's sign-in.
 */
export interface PasswordLanes {
  /** Throws `rate_limited` when too many wait already. Never call it from within itself. */
  run<Result>(lane: Lane, work: () => Promise<Result>): Promise<Result>
}

export type Lane = 'known' | 'stranger'

const assumedMs = 250

export function passwordLanes({ maxWaiting = 16 }: { maxWaiting?: number } = {}): PasswordLanes {
  const lanes = { known: oneByOne(maxWaiting), stranger: oneByOne(maxWaiting) }
  return { run: (lane, work) => lanes[lane](work) }
}

function oneByOne(maxWaiting: number) {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (waiting > maxWaiting) throw tooMany(waiting)
    waiting += 1
    const run = last.then(work)
    last = run.catch(() => undefined).finally(() => (waiting -= 1))
    return run
  }
}

const tooMany = (waiting: number) =>
  new PlatformError('rate_limited', 'Too many passwords are being checked at this moment', {
    hint: `Try again in ${Math.ceil((waiting * assumedMs) / 1000)} s`,
  })
