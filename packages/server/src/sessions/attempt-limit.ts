import { isIPv6 } from 'node:net'
import { PlatformError } from '@berth/contract'
import { type FailureLimit, failureLimit } from '../gate/failure-limit.ts'

/**
 * Slows down who tries passwords and codes. A stranger is held back by address and by e-mail, and by the latter for minutes
 * at most; who comes back to an address where they signed in before is held back only by what goes wrong for them there, so
 * that nobody elsewhere can lock them out. Who is signed in and confirms with a password is held back as a user: a thief of
 * the session changes addresses as they like.
 */
export interface AttemptLimit {
  /**
   * Does it, and counts it as a failure if it throws `sign_in_failed` or `code_invalid`. Throws `rate_limited` instead
   * where one has to wait.
   */
  run<Result>(by: Contender, work: () => Promise<Result>): Promise<Result>
}

export type Contender =
  | { kind: 'stranger'; email: string; address: string }
  | { kind: 'known'; email: string; address: string }
  | { kind: 'code'; email: string; address?: string }
  | { kind: 'user'; userId: string }

type Rule = 'address' | 'email' | 'pair' | 'code' | 'user'
type Claim = { rule: Rule; key: string }

/** As many tries of one claim may be under way; more would be over before the first has failed. */
const maxUnderWay = 4
const minuteMs = 60_000

export function attemptLimit({ now }: { now(): number }): AttemptLimit {
  const limits: Record<Rule, FailureLimit> = {
    address: failureLimit({ now, free: 10, maxWaitMs: minuteMs, forgetMs: 60 * minuteMs }),
    email: failureLimit({ now, free: 10, maxWaitMs: 5 * minuteMs, forgetMs: 60 * minuteMs }),
    pair: failureLimit({ now, free: 10, maxWaitMs: minuteMs, forgetMs: 60 * minuteMs }),
    // Whoever gets here knows the password, and there are only a million codes.
    code: failureLimit({ now, free: 5, maxWaitMs: 15 * minuteMs, forgetMs: 24 * 60 * minuteMs }),
    user: failureLimit({ now, free: 5, maxWaitMs: 5 * minuteMs, forgetMs: 60 * minuteMs }),
  }
  const underWay = new Map<string, number>()

  const run: AttemptLimit['run'] = async (by, work) => {
    const claims = claimsOf(by)
    const waitMs = Math.max(...claims.map(({ rule, key }) => limits[rule].waitMs(key)))
    if (waitMs > 0) throw mustWait(waitMs)
    if (claims.some((claim) => (underWay.get(nameOf(claim)) ?? 0) >= maxUnderWay)) throw mustWait(1_000)
    for (const claim of claims) count(claim, 1)
    try {
      const result = await work()
      // Not the address: its failures may be of someone else, and one good sign-in would pay for ten guesses.
      for (const { rule, key } of claims) if (rule !== 'address') limits[rule].succeeded(key)
      return result
    } catch (error) {
      if (isFailure(error)) for (const { rule, key } of claims) limits[rule].failed(key)
      throw error
    } finally {
      for (const claim of claims) count(claim, -1)
    }
  }

  function count(claim: Claim, change: 1 | -1) {
    const name = nameOf(claim)
    const left = (underWay.get(name) ?? 0) + change
    if (left > 0) underWay.set(name, left)
    else underWay.delete(name)
  }

  return { run }
}

/** What stands for one place: an IPv6 network is given out as a whole, so that one machine has 2^64 addresses. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped || !isIPv6(address)) return mapped ?? address
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const zeros = address.includes('::') ? 8 - groups.length - (tail === '' ? 0 : tail.split(':').length) : 0
  const all = [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...(tail === '' ? [] : tail.split(':'))]
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

function claimsOf(by: Contender): Claim[] {
  switch (by.kind) {
    case 'stranger':
      return [
        { rule: 'address', key: networkOf(by.address) },
        { rule: 'email', key: by.email },
      ]
    case 'known':
      return [{ rule: 'pair', key: `${by.email} ${networkOf(by.address)}` }]
    case 'code':
      return [{ rule: 'code', key: by.address === undefined ? by.email : `${by.email} ${networkOf(by.address)}` }]
    case 'user':
      return [{ rule: 'user', key: by.userId }]
  }
}

const nameOf = ({ rule, key }: Claim) => `${rule} ${key}`

const isFailure = (error: unknown) =>
  error instanceof PlatformError && (error.code === 'sign_in_failed' || error.code === 'code_invalid')

const mustWait = (waitMs: number) =>
  new PlatformError('rate_limited', 'Too many tries with a wrong password or code', {
    hint: `Try again in ${Math.ceil(waitMs / 1000)} s`,
  })
