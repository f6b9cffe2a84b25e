import { createHash } from 'node:crypto'

/** A digest that only depends on the text. */
export const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`
