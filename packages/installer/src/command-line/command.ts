import type { z } from 'zod'
import type { InstallerConfig } from '../config.ts'
import type { StepGroup, StepRunner } from '../steps.ts'

export type Output = { step: StepRunner; group: StepGroup }

/** How a command shows what it does. */
export type Invocation = Output & {
  config: InstallerConfig
  /** The same for standard error, where standard output is for a program. */
  quiet: Output
  print(line: string): void
  signal: AbortSignal
}

/** Declared as the commands of the command line program are, and answered alike. */
export interface Command<Args extends z.ZodObject = z.ZodObject> {
  /** The name, of one word or two, and what comes after it: `machines stop <machine>`. */
  readonly usage: string
  readonly summary: string
  /** As commander writes them, `--port <port>`, with what they mean. */
  readonly options?: Readonly<Record<string, string>>
  readonly details?: string
  readonly examples?: readonly string[]
  /** Whether it takes back what it began when it is interrupted; another is ended at once. */
  readonly isInterruptible?: boolean
  readonly args: Args
  /** Answers with the exit code. */
  run(args: z.output<Args>, invocation: Invocation): Promise<number>
}

/** Keeps the types of the arguments for `run`. */
export const defineCommand = <Args extends z.ZodObject>(command: Command<Args>): Command<Args> => command

export const jsonOption = { '--json': 'print JSON, and the steps on standard error' } as const

/** Without what comes after it. */
export const nameOf = ({ usage }: Pick<Command, 'usage'>): string => /^[a-z-]+(?: [a-z-]+)*/.exec(usage)?.[0] ?? usage
