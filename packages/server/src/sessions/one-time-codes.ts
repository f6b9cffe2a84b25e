import { randomBytes, timingSafeEqual } from 'node:crypto'
import { base32 } from '@better-auth/utils/base32'
import { createOTP } from '@better-auth/utils/otp'

const stepMs = 30_000
/** A phone may be so many steps early or late. */
const driftSteps = 1

export const newTotpSecret = () => randomBytes(24).toString('base64url').slice(0, 25)

/** What an authenticator takes: as a link and to be typed in. */
export const describeTotp = (secret: string, email: string) => ({
  uri: createOTP(secret).url('Berth', email),
  secret: base32.encode(secret, { padding: false }),
})

/** The step of time that the code belongs to; undefined for a wrong code. */
export async function stepOfCode(secret: string, code: string, nowMs: number): Promise<number | undefined> {
  const current = Math.floor(nowMs / stepMs)
  const steps = Array.from({ length: 2 * driftSteps + 1 }, (_, at) => current - driftSteps + at)
  const expected = await Promise.all(steps.map((step) => createOTP(secret).hotp(step)))
  return steps.filter((_, at) => isSame(code, expected[at] ?? '')).at(-1)
}

const isSame = (code: string, expected: string) =>
  isTotpCode(code) && timingSafeEqual(Buffer.from(code), Buffer.from(expected))

export const isTotpCode = (code: string) => /^\d{6}$/.test(code)

/** Without what looks alike: 0 and o, 1 and l. */
const alphabet = '23456789abcdefghijkmnpqrstuvwxyz'
const recoveryCodeCount = 10

/** 50 random bits each, such as "k7wqx-m2f9c". */
export const newRecoveryCodes = () =>
  Array.from({ length: recoveryCodeCount }, () => {
    const letters = Array.from(randomBytes(10), (byte) => alphabet[byte % alphabet.length])
    return `${letters.slice(0, 5).join('')}-${letters.slice(5).join('')}`
  })

/** As it was given out, however it was typed. */
export const plainRecoveryCode = (code: string) => code.toLowerCase().replace(/[^a-z0-9]/g, '')
