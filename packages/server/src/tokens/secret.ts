import { createHash, randomBytes } from 'node:crypto'

/** Enough that nobody guesses it, and so that a hash without salt is enough to keep. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What the database holds of a secret. Looked up by it, the time that a comparison takes says nothing. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')
