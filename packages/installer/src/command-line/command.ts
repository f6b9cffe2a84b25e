import type { Declaration } from '@berth/command-line'
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

export interface Command<Args extends z.ZodObject = z.ZodObject> extends Declaration<Args> {
  /** Whether it takes back what it began when it is interrupted; another is ended at once. */
  readonly isInterruptible?: boolean
  /** Answers with the exit code. */
  run(args: z.output<Args>, invocation: Invocation): Promise<number>
}

/** Keeps the types of the arguments for `run`. */
export const defineCommand = <Args extends z.ZodObject>(command: Command<Args>): Command<Args> => command

export const jsonOption = { '--json': 'print JSON, and the steps on standard error' } as const
