import { passwordHashing } from './password-hash.ts'

/** Hashed as any other, for a thousandth of the cost: most tests sign in many times, and none is about how long that takes. */
export const quickPasswords = passwordHashing({ N: 2 ** 6, r: 8, p: 1 })
