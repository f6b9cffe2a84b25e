import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

export type ScryptCost = { N: number; r: number; p: number }

export interface PasswordHashing {
  hash(password: string): Promise<string>
  matches(password: string, stored: string): Promise<boolean>
}

/** OWASP's choice for 32 MiB of memory. Stored with each hash, so that it can be raised later. */
const fullCost: ScryptCost = { N: 2 ** 15, r: 8, p: 3 }
const maxmem = 64 * 1024 ** 2
const hashBytes = 32

/** A fifth of a second for each password, unless a test takes a lower cost. */
export function passwordHashing(cost = fullCost): PasswordHashing {
  async function hash(password: string) {
    const salt = randomBytes(16)
    const derived = await derive(password, salt, { ...cost, maxmem })
    return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), derived.toString('base64url')].join('$')
  }

  return { hash, matches }
}

async function matches(password: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = stored.split('$')
  const options = { N: Number(N), r: Number(r), p: Number(p), maxmem }
  const derived = await derive(password, Buffer.from(salt, 'base64url'), options)
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url'))
}

const derive = (password: string, salt: Buffer, options: ScryptOptions) =>
  new Promise<Buffer>((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
