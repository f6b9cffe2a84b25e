import type { z } from 'zod'

/** What a command says of itself: how it is written, what it is for, and what it takes. */
export interface Declaration<Args extends z.ZodObject = z.ZodObject> {
  /** The name, of one word or two, and what comes after it: `scale <app> <replicas>`, `tokens rm <token>`. */
  readonly usage: string
  readonly summary: string
  /** As commander writes them, `--port <port>`, with what they mean. */
  readonly options?: Readonly<Record<string, string>>
  /** Names of options that may be given several times. */
  readonly repeatable?: readonly (keyof z.output<Args> & string)[]
  /** The argument that takes the words after `--`. */
  readonly rest?: keyof z.output<Args> & string
  readonly details?: string
  readonly examples?: readonly string[]
  readonly args: Args
}

/** The words before the first operand or "[options]": "scale", "tokens create". */
export const nameOf = ({ usage }: Pick<Declaration, 'usage'>): string =>
  /^[a-z-]+(?: [a-z-]+)*/.exec(usage)?.[0] ?? usage
