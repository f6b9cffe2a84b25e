import type { Declaration } from '@berth/command-line'
import type { AnyEndpoint, InputOf, ResultOf, Upload } from '@berth/contract'
import type { z } from 'zod'
import type { Config } from './config.ts'
import type { Terminal } from './terminal/terminal.ts'

/** What a command is given to work with. */
export interface Context {
  call<E extends AnyEndpoint>(endpoint: E, input: InputOf<E>, options?: { upload?: Upload }): Promise<ResultOf<E>>
  stream<E extends AnyEndpoint>(endpoint: E, input: InputOf<E>): AsyncIterable<ResultOf<E>>
  /** A line of the result, on standard output. */
  print(text: string): void
  printJson(value: unknown): void
  /** A line about the result, on standard error. */
  note(text: string): void
  /** Undefined when there is nobody to ask. */
  ask(question: string, options?: { isSecret?: boolean }): Promise<string | undefined>
  terminal: Terminal
  config: Config
  now(): number
  /** Rejects when Ctrl-C is pressed. */
  wait(durationMs: number): Promise<void>
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
}

export interface Command<Args extends z.ZodObject = z.ZodObject> extends Declaration<Args> {
  /** Answers with the exit code. */
  run(args: z.output<Args>, context: Context): Promise<number>
}

/** Keeps the types of the arguments for `run`. */
export const defineCommand = <Args extends z.ZodObject>(command: Command<Args>): Command<Args> => command

/** Commands about one noun: `tokens create`. The first one runs when none is named. */
export interface CommandGroup {
  readonly name: string
  readonly summary: string
  readonly details?: string
  readonly commands: Readonly<Record<string, Command>>
  /** What `./berth` on a machine of the cluster has under the same name, since it needs more than the API. */
  readonly onMachines?: Readonly<Record<string, string>>
}

/** Checks nothing; it is there so that a group reads like a command. */
export const defineGroup = (group: CommandGroup): CommandGroup => group

export const isGroup = (entry: Command | CommandGroup): entry is CommandGroup => 'commands' in entry

export const jsonOption = { '--json': 'print JSON' } as const
