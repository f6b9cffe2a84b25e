import { type ErrorCode, PlatformError } from '@berth/contract'
import type { FailureLimit } from './failure-limit.ts'

/** Slows an address down that tries secrets which are not there: for endpoints that anyone may call. */
export interface GuessLimit {
  /** Does it, and counts it as a wrong guess if it throws `wrong`. Throws `rate_limited` where one has to wait. */
  run<Result>(address: string, wrong: ErrorCode, work: () => Promise<Result>): Promise<Result>
}

export const guessLimit = (limit: FailureLimit): GuessLimit => ({
  async run(address, wrong, work) {
    const waitMs = limit.waitMs(address)
    if (waitMs > 0) throw mustWait(waitMs)
    try {
      return await work()
    } catch (error) {
      if (error instanceof PlatformError && error.code === wrong) limit.failed(address)
      throw error
    }
  },
})

const mustWait = (waitMs: number) =>
  new PlatformError('rate_limited', 'Too many tries from this address with something that is not valid', {
    hint: `Try again in ${Math.ceil(waitMs / 1000)} s`,
  })
